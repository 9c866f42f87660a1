-- Envoy follows a redirect only when it names scheme and host: one that leaves them out means those of the target.
-- The constant ORIGIN stands in front of this script.

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
