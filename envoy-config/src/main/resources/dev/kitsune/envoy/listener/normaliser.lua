-- Settles a request's context before its scope is chosen: one environment, in one header, from the first source that has one.
-- The constants DIRECTION, HEADER, DEFAULT, BAGGAGE and QUERY stand in front of this script.

local GATEWAY = DIRECTION == "gw"

local function is_name(text)
  return #text <= 63 and (text:match("^[a-z0-9]$") or text:match("^[a-z0-9][a-z0-9-]*[a-z0-9]$")) ~= nil
end

-- What is left of a bad name when it is cut to the grammar, so that an answer can name it without echoing anything else.
local function cut(text)
  return (text:lower():gsub("[^a-z0-9-]", ""):sub(1, 63))
end

local function unescape(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

local function lines(headers, name)
  local all = {}
  for i = 0, headers:getNumValues(name) - 1 do
    all[#all + 1] = headers:getAtIndex(name, i)
  end
  return all
end

-- Adds a value to those found in one source; true while they agree.
local function agree(found, value)
  if value == "" or found.value == value then return true end
  if found.value ~= nil then return false end
  found.value = value
  return true
end

local function from_header(headers)
  local found = {}
  for _, line in ipairs(lines(headers, HEADER)) do
    for value in line:gmatch("[^,]+") do
      if not agree(found, value:match("^%s*(.-)%s*$")) then return nil, "header " .. HEADER end
    end
  end
  return found.value
end

-- Also returns the path without the parameter.
local function from_query(path)
  local before, query = path:match("^([^?]*)%?(.*)$")
  if query == nil or not query:find(HEADER, 1, true) then return nil, nil, path end
  local found, kept, conflict = {}, {}, nil
  for pair in query:gmatch("[^&]+") do
    local name, value = pair:match("^([^=]*)=?(.*)$")
    if unescape(name) == HEADER then
      if not agree(found, unescape(value)) then conflict = "query parameter " .. HEADER end
    else
      kept[#kept + 1] = pair
    end
  end
  local rest = table.concat(kept, "&")
  return found.value, conflict, rest == "" and before or before .. "?" .. rest
end

-- Also returns the members that are not ours.
local function from_baggage(headers)
  local found, kept, conflict = {}, {}, nil
  for _, line in ipairs(lines(headers, "baggage")) do
    for member in line:gmatch("[^,]+") do
      local key, value = member:match("^%s*([^=%s]+)%s*=%s*([^;%s]*)")
      if key == HEADER then
        if not agree(found, unescape(value)) then conflict = "baggage member " .. HEADER end
      else
        local trimmed = member:match("^%s*(.-)%s*$")
        if trimmed ~= "" then kept[#kept + 1] = trimmed end
      end
    end
  end
  return found.value, conflict, kept
end

-- Envoy turns it into a gRPC status for a gRPC request.
local function answer(handle, status, text)
  handle:respond({[":status"] = status, ["content-type"] = "text/plain"}, text)
end

function envoy_on_request(handle)
  local headers = handle:headers()
  local environment, conflict = from_header(headers)
  if QUERY then
    local value, problem, path = from_query(headers:get(":path") or "/")
    if path ~= headers:get(":path") then headers:replace(":path", path) end
    if environment == nil and conflict == nil then environment, conflict = value, problem end
  end
  local members
  if BAGGAGE and (GATEWAY or (environment == nil and conflict == nil)) then
    local value, problem
    value, problem, members = from_baggage(headers)
    if environment == nil and conflict == nil then environment, conflict = value, problem end
  end
  if conflict ~= nil then
    return answer(handle, "400", conflict .. " names two different virtual environments: send one")
  end
  if environment == nil and DEFAULT ~= "" then environment = DEFAULT end
  if environment == nil then
    if not GATEWAY then
      return answer(handle, "404", "this call names no virtual environment: pass on the header " .. HEADER
        .. " of the request that it belongs to, or set defaultVirtualEnvironment in the Platform")
    end
    headers:remove(HEADER)
    headers:replace(SCOPE, DIRECTION .. "/-")
    handle:clearRouteCache()
    return
  end
  if not is_name(environment) then
    return answer(handle, "404", "there is no virtual environment \"" .. cut(environment) .. "\"")
  end
  headers:remove(HEADER)
  headers:add(HEADER, environment)
  if GATEWAY and members ~= nil then
    members[#members + 1] = HEADER .. "=" .. environment
    headers:remove("baggage")
    headers:add("baggage", table.concat(members, ","))
  end
  headers:replace(SCOPE, DIRECTION .. "/" .. environment)
  handle:clearRouteCache()
end
