-- Envoy follows a redirect only if its location names a scheme and a host. A relative location means those of the
-- target, so this script adds them. It needs the constant ORIGIN.

function envoy_on_response(handle)
  local headers = handle:headers()
  local location = headers:get("location")
  if location == nil then return end
  if location:sub(1, 2) == "//" then
    headers:replace("location", ORIGIN:match("^%a+:") .. location)
  elseif location:sub(1, 1) == "/" then
    headers:replace("location", ORIGIN .. location)
  end
end
