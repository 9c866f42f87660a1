-- This script runs when a request without context matches a rule. The rule's release decides the virtual environment,
-- and the script writes it into the request. It needs used.lua, put-baggage.lua, and the constants HEADER and BAGGAGE.

function envoy_on_request(handle)
  local virtual_environment = handle:metadata():get("environment")
  local headers = handle:headers()
  headers:replace(HEADER, virtual_environment)
  if handle:metadata():get("counted") then count(handle, virtual_environment) end
  if not BAGGAGE then return end
  local members = {}
  for i = 0, headers:getNumValues("baggage") - 1 do
    for member in headers:getAtIndex("baggage", i):gmatch("[^,]+") do
      local trimmed = member:match("^%s*(.-)%s*$")
      if trimmed ~= "" then members[#members + 1] = trimmed end
    end
  end
  put_baggage(headers, {HEADER .. "=" .. virtual_environment}, members)
end
