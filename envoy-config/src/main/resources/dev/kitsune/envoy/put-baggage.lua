-- This text is prepended to scripts that put the context into baggage.

-- A receiver may ignore baggage beyond 64 members or 8,192 bytes, or drop all of it. So the members of the context come
-- first, and the last members are left out if the baggage would be too long.
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
