-- Takes the context out of the baggage of a call that leaves the mesh; the members of others stay.
-- The constants HEADER and DEPLOYMENT stand in front of this script.

function envoy_on_request(handle)
  local headers = handle:headers()
  local kept, ours = {}, false
  for i = 0, headers:getNumValues("baggage") - 1 do
    for member in headers:getAtIndex("baggage", i):gmatch("[^,]+") do
      local key = member:match("^%s*([^=%s]+)")
      if key == HEADER or key == DEPLOYMENT then
        ours = true
      else
        kept[#kept + 1] = member:match("^%s*(.-)%s*$")
      end
    end
  end
  if not ours then return end
  headers:remove("baggage")
  if #kept > 0 then headers:add("baggage", table.concat(kept, ",")) end
end
