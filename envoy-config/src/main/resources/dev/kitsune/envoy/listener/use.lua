-- Counts a request that carries its environment in the header.
-- In front of this script stand used.lua with its constants, and the constant HEADER.

function envoy_on_request(handle)
  local environment = handle:headers():get(HEADER)
  if environment ~= nil then count(handle, environment) end
end
