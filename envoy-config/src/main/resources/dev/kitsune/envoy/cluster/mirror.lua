-- A mirrored copy belongs to another virtual environment than the call. This script puts the context of that virtual
-- environment into the copy's header and baggage. It needs the constants VIRTUAL_ENVIRONMENT, SCOPE and BAGGAGE,
-- baggage.lua with its constants, and put-baggage.lua.

function envoy_on_request(handle)
  local headers = handle:headers()
  headers:remove(SCOPE)
  headers:remove(DEPLOYMENT)
  headers:remove(HEADER)
  headers:add(HEADER, VIRTUAL_ENVIRONMENT)
  if not BAGGAGE then return end
  local members, ours = others_in_baggage(headers)
  if not ours then return end
  put_baggage(headers, {HEADER .. "=" .. VIRTUAL_ENVIRONMENT}, members)
end
