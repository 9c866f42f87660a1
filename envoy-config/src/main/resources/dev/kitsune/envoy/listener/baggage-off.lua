-- Takes the context out of the baggage of a call that leaves the mesh; the members of others stay.
-- In front of this script stands baggage.lua with its constants.

function envoy_on_request(handle)
  local headers = handle:headers()
  local kept, ours = others_in_baggage(headers)
  if not ours then return end
  headers:remove("baggage")
  if #kept > 0 then headers:add("baggage", table.concat(kept, ",")) end
end
