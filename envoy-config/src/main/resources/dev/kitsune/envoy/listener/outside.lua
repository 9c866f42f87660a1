-- This script runs for requests from outside the mesh. It removes the context from their baggage. Other headers with
-- context are gone before. It needs baggage.lua with its constants.

function envoy_on_request(handle)
  local headers = handle:headers()
  local members, ours = others_in_baggage(headers)
  if ours then
    headers:remove("baggage")
    if #members > 0 then headers:add("baggage", table.concat(members, ",")) end
  end
end
