-- Adds an adapter's query parameters, percent-encoded in the route's metadata, in place of the caller's of the same
-- names. The caller's other parameters pass byte by byte, which Envoy's own mutation of parameters does not do.

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
