-- This text is prepended to scripts that change the context in baggage. It needs the constants HEADER and DEPLOYMENT.

-- Returns the members that do not belong to the context, and whether there were members of the context.
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
