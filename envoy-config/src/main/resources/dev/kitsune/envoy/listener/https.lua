-- Sends a request without TLS to the same address in https. A trusted proxy in front may have ended TLS already.
function envoy_on_request(handle)
  local headers = handle:headers()
  local host, path = headers:get(":authority"), headers:get(":path")
  if headers:get("x-forwarded-proto") == "https" or not host or not path then
    return
  end
  local method = headers:get(":method")
  -- A client may change the method of any other request on a 301.
  local status = (method == "GET" or method == "HEAD") and "301" or "308"
  local target = "https://" .. host:gsub(":%d+$", "") .. path
  handle:respond({[":status"] = status, ["location"] = target}, "use " .. target .. "\n")
end
