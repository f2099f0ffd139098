-- Asks Doorstep whether a request may reach the app, by `doorstep generate haproxy --lua`, for HAProxy 2.6 and later.
-- DOORSTEP in the environment says where: an address, or unix@ and a socket. HAProxy sets it by `setenv` before it loads
-- this.

local where = assert(os.getenv("DOORSTEP"), "set DOORSTEP before lua-load")
-- Doorstep's proxy_secret, where it has one.
local secret = os.getenv("DOORSTEP_PROXY_SECRET")
local question = { url = "http://" .. where .. "/fa/forward", timeout = 2000 }
if where:find("^unix@") then
  question = { url = "http://doorstep/fa/forward", dst = where, timeout = 2000 }
end

-- What belongs to one connection, or to a body that the question does not have.
local not_passed_on = {
  ["connection"] = true, ["content-length"] = true, ["expect"] = true, ["host"] = true, ["keep-alive"] = true,
  ["proxy-connection"] = true, ["te"] = true, ["trailer"] = true, ["transfer-encoding"] = true, ["upgrade"] = true,
}

-- Taken from the answer, so that nothing of the client's can stay.
local from_the_answer = {
%COPIED%}

-- HAProxy counts the values of a header from 0. From 1 they keep their order.
local function in_order(values)
  local list = {}
  for nth = 0, #values do list[nth + 1] = values[nth] end
  return list
end

local function asked(txn)
  local headers = {}
  for name, values in pairs(txn.http:req_get_headers()) do
    if not not_passed_on[name] then headers[name] = in_order(values) end
  end
  headers["x-forwarded-method"] = { txn.sf:method() }
  headers["x-forwarded-uri"] = { txn.sf:pathq() }
  headers["x-forwarded-host"] = { txn:get_var("txn.doorstep_host") }
  headers["x-forwarded-proto"] = { txn:get_var("txn.doorstep_scheme") }
  headers["x-forwarded-for"] = { txn:get_var("txn.doorstep_client") }
  headers["x-doorstep-proxy-secret"] = secret and { secret }
  local ask = { headers = headers }
  for key, value in pairs(question) do ask[key] = value end
  return core.httpclient():get(ask)
end

local function refuse(txn, answer)
  local reply = txn:reply({ status = answer.status })
  for name, values in pairs(answer.headers) do
    if not not_passed_on[name] then
      for _, value in ipairs(in_order(values)) do reply:add_header(name, value) end
    end
  end
  if txn.sf:method() ~= "HEAD" then reply:set_body(answer.body) end
  txn:done(reply)
end

-- Sets txn.doorstep_allowed on a yes and on nothing else. Whatever goes wrong leaves it unset, and the line after this
-- action refuses.
core.register_action("doorstep", { "http-req" }, function(txn)
  local asked_well, answer = pcall(asked, txn)
  if not asked_well or not answer or not answer.status then
    core.Warning("Doorstep cannot be asked: " .. tostring(answer))
    return
  end
  if answer.status == 200 then
    for _, name in ipairs(from_the_answer) do
      txn.http:req_del_header(name)
      local values = answer.headers[name]
      -- An identity header stays although it is empty; another one that is empty is none.
      if values and (values[0] ~= "" or name:find("^remote")) then txn.http:req_set_header(name, values[0]) end
    end
    txn:set_var("txn.doorstep_allowed", true)
  elseif answer.headers["x-doorstep-reason"] then
    refuse(txn, answer)
  end
end)
