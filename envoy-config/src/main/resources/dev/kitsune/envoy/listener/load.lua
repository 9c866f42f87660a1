-- This text is prepended to the normaliser, which also uses its function unescape. It loads a virtual environment that
-- this Envoy does not have yet. The control plane sends it on the Envoy's stream, and answers the call when the Envoy has
-- its routes. This needs the constants DIRECTION, CALLS and LOAD_PATH.

-- The control plane answers within 2.5 seconds, whatever happens to the Envoy's stream.
local LOAD_MILLIS = 2800

-- The status of the answer to the request for each gRPC status with which the control plane refuses a name.
local REFUSALS = {["5"] = "404", ["7"] = "403", ["9"] = "503", ["10"] = "503"}

-- The message of the call is a google.protobuf.StringValue: a frame's head, the field's tag and length, and the text,
-- which is the scope key. A name has at most 63 characters, so each length fits into one byte.
local function message(name)
  local key = DIRECTION .. "/" .. name
  return "\0\0\0\0" .. string.char(#key + 2) .. "\10" .. string.char(#key) .. key
end

local function unescape(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

-- Returns nothing if the virtual environment is loaded, or the status and the text of the answer to the request.
local function load_from_control_plane(handle, name)
  local response = handle:httpCall(CALLS, {
    [":method"] = "POST", [":path"] = LOAD_PATH, [":authority"] = CALLS,
    ["content-type"] = "application/grpc", ["te"] = "trailers",
  }, message(name), LOAD_MILLIS)
  local status, told = response["grpc-status"], response["grpc-message"]
  if response[":status"] == "200" and (status == nil or status == "0") then return end
  if REFUSALS[status] then return REFUSALS[status], unescape(told or "") end
  -- Envoy itself answers for a control plane that it cannot reach.
  local why = response["x-envoy-overloaded"] and "too many virtual environments are being loaded here at once; try again"
    or "the control plane is away"
  return "503", "virtual environment \"" .. name .. "\" could not be loaded: " .. why
end
