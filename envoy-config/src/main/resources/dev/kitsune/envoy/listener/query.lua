-- This script adds an adapter's query parameters, which the route's metadata holds in percent-encoded form. They replace
-- the caller's parameters of the same names. The bytes of the caller's other parameters stay as they are, which Envoy's
-- own mutation of parameters does not ensure.

local function unescape(text)
  return (text:gsub("+", " "):gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

local function name_of(pair)
  return unescape(pair:match("^[^=]*"))
end

function envoy_on_request(handle)
  local added, headers = handle:metadata():get("query"), handle:headers()
  local path, query = headers:get(":path"):match("^([^?]*)%??(.*)$")
  local taken, kept = {}, {}
  for pair in added:gmatch("[^&]+") do taken[name_of(pair)] = true end
  for pair in query:gmatch("[^&]+") do
    if not taken[name_of(pair)] then kept[#kept + 1] = pair end
  end
  kept[#kept + 1] = added
  headers:replace(":path", path .. "?" .. table.concat(kept, "&"))
end
