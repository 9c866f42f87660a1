-- This script runs when a call leaves the mesh. It removes the context from the baggage and keeps all other members. It
-- needs the constants HEADER and DEPLOYMENT, and baggage.lua.

function envoy_on_request(handle)
  local headers = handle:headers()
  local kept, ours = others_in_baggage(headers)
  if not ours then return end
  headers:remove("baggage")
  if #kept > 0 then headers:add("baggage", table.concat(kept, ",")) end
end
