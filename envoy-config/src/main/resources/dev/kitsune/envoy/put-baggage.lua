-- Stands in front of scripts that put the context into baggage.

-- A receiver need not read more than 64 members and 8,192 bytes of baggage, and drops what is behind or all of it. So
-- our members come first, and members at the end are left out where the bytes would be too many.
local BAGGAGE_BYTES = 8192

local function put_baggage(headers, ours, others)
  local members, bytes = {}, -1
  local function take(all)
    for _, member in ipairs(all) do
      if bytes + 1 + #member > BAGGAGE_BYTES then return end
      members[#members + 1] = member
      bytes = bytes + 1 + #member
    end
  end
  take(ours)
  take(others)
  headers:remove("baggage")
  headers:add("baggage", table.concat(members, ","))
end
