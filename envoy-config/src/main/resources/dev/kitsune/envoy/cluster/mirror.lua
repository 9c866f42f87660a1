-- A copy of a call belongs to another environment than the call: it gets that one's context, in header and baggage.
-- The constants ENVIRONMENT, HEADER, DEPLOYMENT, SCOPE and BAGGAGE stand in front of this script.

function envoy_on_request(handle)
  local headers = handle:headers()
  headers:remove(SCOPE)
  headers:remove(DEPLOYMENT)
  headers:remove(HEADER)
  headers:add(HEADER, ENVIRONMENT)
  if not BAGGAGE then return end
  local members, ours = {}, false
  for i = 0, headers:getNumValues("baggage") - 1 do
    for member in headers:getAtIndex("baggage", i):gmatch("[^,]+") do
      local key = member:match("^%s*([^=%s]+)")
      if key == HEADER or key == DEPLOYMENT then
        ours = true
      else
        members[#members + 1] = member:match("^%s*(.-)%s*$")
      end
    end
  end
  if not ours then return end
  members[#members + 1] = HEADER .. "=" .. ENVIRONMENT
  headers:remove("baggage")
  headers:add("baggage", table.concat(members, ","))
end
