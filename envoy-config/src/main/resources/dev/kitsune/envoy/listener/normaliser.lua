-- This script settles a request's context before Envoy chooses the scope. It takes the virtual environment from the
-- first source that names one, and writes it into one header. It does the same for a selected app deployment.
-- If that virtual environment is not loaded, the script loads it.
-- It needs load.lua, and the constants DIRECTION, HEADER, DEPLOYMENT, DEFAULT and BAGGAGE. At a gateway it also needs
-- put-baggage.lua, and the constants QUERY, HOST, BEFORE and BEHIND (the parts of a preview host around the name),
-- COOKIE, TOKEN_COOKIES, DEBUG and GRANTED.

local GATEWAY = DIRECTION == "gw"
local TOKENS = GATEWAY and next(TOKEN_COOKIES) ~= nil

local function is_name(text)
  return #text <= 63 and (text:match("^[a-z0-9]$") or text:match("^[a-z0-9][a-z0-9-]*[a-z0-9]$")) ~= nil
end

-- The name of an app deployment is a Kubernetes name.
local function is_deployment(text)
  return #text <= 253 and (text:match("^[a-z0-9]$") or text:match("^[a-z0-9][a-z0-9.-]*[a-z0-9]$")) ~= nil
end

-- Removes all characters from an invalid name that the grammar does not allow, so that a header can hold it.
local function cut(text)
  return (text:lower():gsub("[^a-z0-9-]", ""):sub(1, 63))
end

-- Escapes the text that was sent, so that an answer can show it. No byte of the result has a meaning in JSON, HTML or a
-- terminal.
local function shown(text)
  local escaped = text:sub(1, 63):gsub("[^%w%-%._~:;=,/ ]", function(c) return string.format("%%%02X", c:byte()) end)
  return "\"" .. escaped .. (#text > 63 and "..." or "") .. "\""
end

-- Says why a name is invalid, and suggests the name that may have been meant.
local function no_name(kind, text, is_valid, grammar)
  local meant = text:lower():match("[a-z0-9][a-z0-9.-]*") or ""
  return "there is no " .. kind .. " " .. shown(text) .. ": a name is in lower case, of " .. grammar
    .. (meant ~= text and is_valid(meant) and "; did you mean \"" .. meant .. "\"?" or "")
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

-- Adds a value of one source. Returns whether all values of the source are equal.
local function agree(found, value)
  if value == "" or found.value == value then return true end
  if found.value ~= nil then return false end
  found.value = value
  return true
end

-- The result of one source holds a value or a conflict for each key. The conflict is the name of the place with two
-- different values, as the answer says it.
local function nothing_found()
  return {[HEADER] = {}, [DEPLOYMENT] = {}}
end

local function from_header(headers, key)
  local found = {}
  for _, line in ipairs(lines(headers, key)) do
    for value in line:gmatch("[^,]+") do
      if not agree(found, trim(value)) then return {conflict = "header " .. key} end
    end
  end
  return found
end

-- Also returns the path without the parameters of the context.
local function from_query(path)
  local found, kept, ours = nothing_found(), {}, false
  local before, query = path:match("^([^?]*)%?(.*)$")
  if query == nil
    or not (query:find(HEADER, 1, true) or query:find(DEPLOYMENT, 1, true) or query:find("%", 1, true)) then
    return found, path
  end
  for pair in query:gmatch("[^&]+") do
    local name, value = pair:match("^([^=]*)=?(.*)$")
    local key = unescape(name)
    if found[key] then
      ours = true
      if not agree(found[key], unescape(value)) then found[key].conflict = "query parameter " .. key end
    else
      kept[#kept + 1] = pair
    end
  end
  if not ours then return found, path end
  local rest = table.concat(kept, "&")
  return found, rest == "" and before or before .. "?" .. rest
end

-- Also returns the members that do not belong to the context.
local function from_baggage(headers)
  local found, kept = nothing_found(), {}
  for _, line in ipairs(lines(headers, "baggage")) do
    for member in line:gmatch("[^,]+") do
      local key, value = member:match("^%s*([^=%s]+)%s*=%s*([^;%s]*)")
      if found[key or ""] then
        if not agree(found[key], unescape(value)) then found[key].conflict = "baggage member " .. key end
      else
        local trimmed = trim(member)
        if trimmed ~= "" then kept[#kept + 1] = trimmed end
      end
    end
  end
  return found, kept
end

-- The name in a preview host is one label, or a part of one.
local function from_host(headers)
  local host = (headers:get(":authority") or ""):lower():gsub(":%d*$", "")
  local last = #host - #BEHIND
  if last <= #BEFORE or host:sub(1, #BEFORE) ~= BEFORE or host:sub(last + 1) ~= BEHIND then return nil end
  local name = host:sub(#BEFORE + 1, last)
  if name:find(".", 1, true) == nil then return {value = name} end
end

-- Also moves tokens from cookies to headers. Envoy removes a token that it verified from a header, but not from a cookie.
local function from_cookies(headers)
  local found, kept, tokens = {}, {}, {}
  for _, line in ipairs(lines(headers, "cookie")) do
    for pair in line:gmatch("[^;]+") do
      local name, value = pair:match("^%s*([^=]-)%s*=%s*(.-)%s*$")
      if COOKIE and name == HEADER then
        if not agree(found, value:match('^"(.*)"$') or value) then found.conflict = "cookie " .. HEADER end
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
  return found
end

-- Returns whether the request comes from this machine and passed no other. Envoy adds the same address to
-- x-forwarded-for once more for a request that waited for its virtual environment. A proxy in between would have added
-- another address.
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

-- Grants debug answers to callers on this machine only. Other callers may get the grant with their token.
local function settle_debug(handle, headers, asked)
  if asked ~= "1" and asked ~= GRANTED then
    headers:remove(DEBUG)
  else
    headers:replace(DEBUG, is_local(handle, headers) and GRANTED or "1")
  end
end

-- Envoy turns the answer into a gRPC status for a gRPC request.
local function answer(handle, status, text, virtual_environment)
  handle:respond({[":status"] = status, ["content-type"] = "text/plain", [HEADER] = virtual_environment}, text)
end

-- Every loaded route has a name. The call for the metadata makes Envoy look for the route.
local function is_loaded(handle)
  handle:metadata()
  return handle:streamInfo():routeName() ~= ""
end

-- A source counts only if no earlier source has a value or a conflict.
local function settled(source)
  return source.value ~= nil or source.conflict ~= nil
end

function envoy_on_request(handle)
  local headers = handle:headers()
  local virtual_environment, deployment = from_header(headers, HEADER), from_header(headers, DEPLOYMENT)
  -- If the header of a request at a sidecar names a virtual environment, the sidecar reads no other source. It usually
  -- does not even run this script, because that virtual environment is loaded already. So the result must be the same
  -- as without the script. Only several equal values are made one. The routes refuse several different values.
  if not GATEWAY and settled(virtual_environment) then
    local value = deployment.value
    if value == nil or value == headers:get(DEPLOYMENT) or not is_deployment(value) then deployment = nil end
  end
  local members
  local asked = GATEWAY and headers:get(DEBUG)
  if asked then settle_debug(handle, headers, asked) end
  local function then_from(found)
    if not settled(virtual_environment) then virtual_environment = found[HEADER] end
    if deployment and not settled(deployment) then deployment = found[DEPLOYMENT] end
  end
  if GATEWAY and QUERY then
    local found, path = from_query(headers:get(":path") or "/")
    if path ~= headers:get(":path") then headers:replace(":path", path) end
    then_from(found)
  end
  if BAGGAGE and (GATEWAY or not settled(virtual_environment)) then
    local found
    found, members = from_baggage(headers)
    then_from(found)
  end
  if GATEWAY and HOST and not settled(virtual_environment) then virtual_environment = from_host(headers) or virtual_environment end
  if TOKENS or (GATEWAY and COOKIE and not settled(virtual_environment)) then
    local found = from_cookies(headers)
    if not settled(virtual_environment) then virtual_environment = found end
  end
  if virtual_environment.conflict then
    return answer(handle, "400", virtual_environment.conflict .. " names two different virtual environments: send one")
  end
  if deployment and deployment.conflict then
    return answer(handle, "400", deployment.conflict .. " names two different app deployments: send one")
  end
  local name, selected = virtual_environment.value, deployment and deployment.value
  -- At a gateway the default applies only to requests that select an app deployment. The rules decide about all others.
  if name == nil and DEFAULT ~= "" and (selected or not GATEWAY) then name = DEFAULT end
  if name == nil then
    if selected then
      return answer(handle, "404", "this request selects app deployment " .. shown(selected)
        .. " without a virtual environment: send the header " .. HEADER
        .. ", too, or set defaultVirtualEnvironment in the Platform")
    end
    if not GATEWAY then
      return answer(handle, "404", "this call names no virtual environment: pass on the header " .. HEADER
        .. " of the request that it belongs to, or set defaultVirtualEnvironment in the Platform")
    end
    headers:remove(HEADER)
    headers:remove(DEPLOYMENT)
    headers:replace(SCOPE, DIRECTION .. "/-")
    handle:clearRouteCache()
    return
  end
  if not is_name(name) then
    local known = cut(name)
    local text = no_name("virtual environment", name, is_name, "letters, digits and hyphens, and at most 63 of them")
    return answer(handle, "404", text, GATEWAY and known or nil)
  end
  if selected and not is_deployment(selected) then
    local text = no_name("app deployment", selected, is_deployment,
      "letters, digits, hyphens and dots, and at most 253 of them")
    return answer(handle, "404", text, GATEWAY and name or nil)
  end
  headers:remove(HEADER)
  headers:add(HEADER, name)
  if deployment then headers:remove(DEPLOYMENT) end
  if selected then headers:add(DEPLOYMENT, selected) end
  if GATEWAY and members ~= nil then
    local ours = {HEADER .. "=" .. name}
    if selected then ours[2] = DEPLOYMENT .. "=" .. selected end
    put_baggage(headers, ours, members)
  end
  headers:replace(SCOPE, DIRECTION .. "/" .. name)
  handle:clearRouteCache()
  if is_loaded(handle) then return end
  local status, text = load_from_control_plane(handle, name)
  if status then return answer(handle, status, text, GATEWAY and name or nil) end
  handle:clearRouteCache()
end
