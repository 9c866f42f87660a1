-- Settles a request's context before its scope is chosen: one environment, in one header, from the first source that has one.
-- The constants DIRECTION, HEADER, DEFAULT and BAGGAGE stand in front of this script; at a gateway also QUERY, HOST with BEFORE
-- and BEHIND the name, COOKIE, TOKEN_COOKIES, DEBUG and GRANTED.

local GATEWAY = DIRECTION == "gw"
local TOKENS = GATEWAY and next(TOKEN_COOKIES) ~= nil

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

local function trim(text)
  return text:match("^%s*(.-)%s*$")
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
      if not agree(found, trim(value)) then return nil, "header " .. HEADER end
    end
  end
  return found.value
end

-- Also returns the path without the parameter.
local function from_query(path)
  local before, query = path:match("^([^?]*)%?(.*)$")
  if query == nil or not (query:find(HEADER, 1, true) or query:find("%", 1, true)) then return nil, nil, path end
  local found, kept, conflict, ours = {}, {}, nil, false
  for pair in query:gmatch("[^&]+") do
    local name, value = pair:match("^([^=]*)=?(.*)$")
    if unescape(name) == HEADER then
      ours = true
      if not agree(found, unescape(value)) then conflict = "query parameter " .. HEADER end
    else
      kept[#kept + 1] = pair
    end
  end
  if not ours then return nil, nil, path end
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
        local trimmed = trim(member)
        if trimmed ~= "" then kept[#kept + 1] = trimmed end
      end
    end
  end
  return found.value, conflict, kept
end

-- What stands for the name in a preview host is one label, or a part of one.
local function from_host(headers)
  local host = (headers:get(":authority") or ""):lower():gsub(":%d*$", "")
  local last = #host - #BEHIND
  if last <= #BEFORE or host:sub(1, #BEFORE) ~= BEFORE or host:sub(last + 1) ~= BEHIND then return nil end
  local name = host:sub(#BEFORE + 1, last)
  if name:find(".", 1, true) == nil then return name end
end

-- Also moves tokens to the headers in which Envoy looks for them and takes them off: it leaves them in cookies.
local function from_cookies(headers)
  local found, kept, conflict, tokens = {}, {}, nil, {}
  for _, line in ipairs(lines(headers, "cookie")) do
    for pair in line:gmatch("[^;]+") do
      local name, value = pair:match("^%s*([^=]-)%s*=%s*(.-)%s*$")
      if COOKIE and name == HEADER then
        if not agree(found, value:match('^"(.*)"$') or value) then conflict = "cookie " .. HEADER end
      end
      local header = TOKEN_COOKIES[name or ""]
      if header ~= nil then
        tokens[#tokens + 1] = {header, value}
      else
        kept[#kept + 1] = trim(pair)
      end
    end
  end
  if #tokens > 0 then
    headers:remove("cookie")
    if #kept > 0 then headers:add("cookie", table.concat(kept, "; ")) end
    for _, token in ipairs(tokens) do headers:add(token[1], token[2]) end
  end
  return found.value, conflict
end

-- From this machine, and not by way of another: whatever Envoy adds to x-forwarded-for, it adds it again for a request that
-- waited for its environment, and a proxy in between would have added something else.
local function is_local(handle, headers)
  local address = handle:streamInfo():downstreamDirectRemoteAddress()
  if not (address:match("^127%.") or address:match("^%[::1%]")) then return false end
  local first
  for hop in (headers:get("x-forwarded-for") or ""):gmatch("[^,%s]+") do
    first = first or hop
    if hop ~= first then return false end
  end
  return true
end

-- Of those who ask for it, only callers on this machine; others may be granted it with their token.
local function settle_debug(handle, headers, asked)
  if asked ~= "1" and asked ~= GRANTED then
    headers:remove(DEBUG)
  else
    headers:replace(DEBUG, is_local(handle, headers) and GRANTED or "1")
  end
end

-- Envoy turns it into a gRPC status for a gRPC request.
local function answer(handle, status, text, environment)
  handle:respond({[":status"] = status, ["content-type"] = "text/plain", [HEADER] = environment}, text)
end

function envoy_on_request(handle)
  local headers = handle:headers()
  local environment, conflict = from_header(headers)
  local settled = environment ~= nil or conflict ~= nil
  -- A source counts where none before it has said anything.
  local function then_from(value, problem)
    if settled then return end
    environment, conflict = value, problem
    settled = value ~= nil or problem ~= nil
  end
  local members
  local asked = GATEWAY and headers:get(DEBUG)
  if asked then settle_debug(handle, headers, asked) end
  if GATEWAY and QUERY then
    local value, problem, path = from_query(headers:get(":path") or "/")
    if path ~= headers:get(":path") then headers:replace(":path", path) end
    then_from(value, problem)
  end
  if BAGGAGE and (GATEWAY or not settled) then
    local value, problem
    value, problem, members = from_baggage(headers)
    then_from(value, problem)
  end
  if GATEWAY and HOST and not settled then then_from(from_host(headers)) end
  if TOKENS or (GATEWAY and COOKIE and not settled) then then_from(from_cookies(headers)) end
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
    local name = cut(environment)
    return answer(handle, "404", "there is no virtual environment \"" .. name .. "\"", GATEWAY and name or nil)
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
