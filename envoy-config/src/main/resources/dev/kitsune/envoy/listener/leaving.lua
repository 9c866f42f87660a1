-- A call leaves the mesh. An adapter's query parameters are added, percent-encoded in the route's metadata, in place of
-- the caller's of the same names; the caller's other parameters pass byte by byte, which Envoy's own mutation of
-- parameters does not do. The context is taken off header and baggage, unless the adapter asks for it; the members of
-- others stay. The constants SCOPE, BAGGAGE, NAMESPACE and VIRTUAL_ENVIRONMENT stand in front of this script, and baggage.lua
-- with its own.

local function unescape(text)
  return (text:gsub("+", " "):gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

local function name_of(pair)
  return unescape(pair:match("^[^=]*"))
end

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

-- A redirected call comes by again without the header, and with the scope: Envoy's own answers name its virtual
-- environment, too.
local function take_context_off(handle, headers)
  local virtual_environment = (headers:get(SCOPE) or ""):match("^[^/]*/(.+)$")
  if virtual_environment then handle:streamInfo():dynamicMetadata():set(NAMESPACE, VIRTUAL_ENVIRONMENT, virtual_environment) end
  headers:remove(HEADER)
  headers:remove(DEPLOYMENT)
  if not BAGGAGE then return end
  local kept, ours = others_in_baggage(headers)
  if not ours then return end
  headers:remove("baggage")
  if #kept > 0 then headers:add("baggage", table.concat(kept, ",")) end
end

function envoy_on_request(handle)
  local metadata, headers = handle:metadata(), handle:headers()
  local added = metadata:get("query")
  if added then add_query(headers, added) end
  if metadata:get("context") then take_context_off(handle, headers) end
end
