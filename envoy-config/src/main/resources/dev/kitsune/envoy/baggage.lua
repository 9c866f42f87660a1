-- Stands in front of scripts that change the context in baggage, behind the constants HEADER and DEPLOYMENT.

-- The members that are others' own, and whether there were any of ours.
local function others_in_baggage(headers)
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
  return members, ours
end
