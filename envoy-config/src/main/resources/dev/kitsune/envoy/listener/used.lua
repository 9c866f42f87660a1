-- This text is prepended to scripts that count a request as a use of its virtual environment. It needs the constants
-- NAMESPACE, USED and FIRST. It writes metadata into the request, which decides whether the access log gets a line.

-- The virtual environments that this worker has seen in the current minute. The table is emptied every minute, so it
-- cannot grow without a limit.
local minute, seen = 0, {}

local function count(handle, virtual_environment)
  local now = math.floor(os.time() / 60)
  if now ~= minute then minute, seen = now, {} end
  local metadata = handle:streamInfo():dynamicMetadata()
  -- A request that lasts is reported repeatedly, whether or not it was the first of its minute.
  metadata:set(NAMESPACE, USED, virtual_environment)
  if not seen[virtual_environment] then
    seen[virtual_environment] = true
    metadata:set(NAMESPACE, FIRST, true)
  end
end
