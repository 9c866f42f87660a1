-- A copy of a call belongs to another virtual environment than the call: it gets that one's context, in header and
-- baggage. The constants VIRTUAL_ENVIRONMENT, SCOPE and BAGGAGE stand in front of this script, baggage.lua with its own, and
-- put-baggage.lua.

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
