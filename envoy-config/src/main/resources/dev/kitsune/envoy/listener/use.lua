-- This script counts a request that carries its virtual environment in the header. It needs used.lua with its constants,
-- and the constant HEADER.

function envoy_on_request(handle)
  local virtual_environment = handle:headers():get(HEADER)
  if virtual_environment ~= nil then count(handle, virtual_environment) end
end
