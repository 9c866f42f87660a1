-- A call leaves the mesh: the context is taken off its baggage, and the members of others stay. The constants HEADER and
-- DEPLOYMENT and baggage.lua stand in front of this script.

function envoy_on_request(handle)
  local headers = handle:headers()
  local kept, ours = others_in_baggage(headers)
  if not ours then return end
  headers:remove("baggage")
  if #kept > 0 then headers:add("baggage", table.concat(kept, ",")) end
end
