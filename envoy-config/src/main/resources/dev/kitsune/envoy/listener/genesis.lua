-- A request without context met a rule: the rule's release decides the environment, and the request carries it from here on.
-- used.lua and the constants HEADER and BAGGAGE stand in front of this script.

function envoy_on_request(handle)
  local environment = handle:metadata():get("environment")
  local headers = handle:headers()
  headers:replace(HEADER, environment)
  if handle:metadata():get("counted") then count(handle, environment) end
  if not BAGGAGE then return end
  local members = {}
  for i = 0, headers:getNumValues("baggage") - 1 do
    local line = headers:getAtIndex("baggage", i)
    if line ~= "" then members[#members + 1] = line end
  end
  members[#members + 1] = HEADER .. "=" .. environment
  headers:remove("baggage")
  headers:add("baggage", table.concat(members, ","))
end
