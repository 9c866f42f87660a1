-- Stands in front of scripts that count a request as a use of its virtual environment, behind the constants NAMESPACE,
-- USED and FIRST. What it leaves in the request's metadata decides whether the access log has a line of it.

-- Of this worker: the virtual environments that it has seen in this minute. What is forgotten with the minute cannot
-- grow.
local minute, seen = 0, {}

local function count(handle, virtual_environment)
  local now = math.floor(os.time() / 60)
  if now ~= minute then minute, seen = now, {} end
  local metadata = handle:streamInfo():dynamicMetadata()
  -- A request that lasts is reported again and again, whether it was the first of its minute or not.
  metadata:set(NAMESPACE, USED, virtual_environment)
  if not seen[virtual_environment] then
    seen[virtual_environment] = true
    metadata:set(NAMESPACE, FIRST, true)
  end
end
