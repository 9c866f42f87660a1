-- This script runs for a call that leaves the mesh. It adds the adapter's query parameters, and removes the context from
-- the baggage, if the route's metadata says so. It needs baggage.lua with its constants.

local function unescape(text)
  return (text:gsub("+", " "):gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

local function name_of(pair)
  return unescape(pair:match("^[^=]*"))
end

-- Adds query parameters in percent-encoded form. They replace the caller's parameters of the same names. The bytes of the
-- caller's other parameters stay as they are, which Envoy's own mutation of parameters does not ensure.
local function add_query(headers, added)
  local path, query = headers:get(":path"):match("^([^?]*)%??(.*)$")
  local taken, kept = {}, {}
  for pair in added:gmatch("[^&]+") do taken[name_of(pair)] = true end
  for pair in query:gmatch("[^&]+") do
    if not taken[name_of(pair)] then kept[#kept + 1] = pair end
  end
  kept[#kept + 1] = added
  headers:replace(":path", path .. "?" .. table.concat(kept, "&"))
end

local function remove_context(headers)
  local members, ours = others_in_baggage(headers)
  if ours then
    headers:remove("baggage")
    if #members > 0 then headers:add("baggage", table.concat(members, ",")) end
  end
end

function envoy_on_request(handle)
  local headers, metadata = handle:headers(), handle:metadata()
  local query, baggage = metadata:get("query"), metadata:get("baggage")
  if query then add_query(headers, query) end
  if baggage then
    remove_context(headers)
    -- Without this header, the route for calls with baggage does not match again.
    headers:remove(HEADER)
    handle:clearRouteCache()
  end
end
