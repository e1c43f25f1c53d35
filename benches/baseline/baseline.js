// The same reading of records as src/format, the way one would write it in plain JavaScript: text
// decoded as it streams, split into lines, one regular expression per log, records as objects.
// It reads the forms that `logintrace simulate` writes by default, not pastes or older releases, and masks
// no credentials: it does less than the core, never more. The benchmark compares what both found.
const baseline = (() => {
  const MONTHS = Object.fromEntries(
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"].map((name, nth) => [name, nth]),
  );
  const zone = (text) => {
    const [, sign, hours, minutes] = /([+-])(\d\d):?(\d\d)/.exec(text);
    return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  };

  // --- REST paths and payloads, as several logs print them.
  const resourceOf = (url) => url.replace(/^.*?\/finesse\/api\//, "").replace(/\?.*$/s, "").replace(/^\/+|\/+$/g, "");
  const agentOf = (resource) => /^User\/([^/]+)/.exec(resource)?.[1];
  const isOfSignIn = (resource) =>
    /^(User|SystemInfo|ReasonCodes?|WrapUpReasons?|PhoneBooks?|Users)(\/|$)/.test(resource);
  const nocacheOf = (text) => Number(/nocache=\s*\[?(\d{13})(?!\d)/.exec(text)?.[1]) || undefined;
  const element = (text, name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  const payloadOf = (text) => ({
    agent: element(text, "loginId"),
    extension: element(text, "extension"),
    requestId: element(text, "requestId"),
    state: element(text, "state"),
    changed: element(text, "stateChangeTime"),
    source: element(text, "source"),
    error: element(text, "errorMessage"),
  });

  // --- Tomcat access log.
  const access = {
    kind: "access_log",
    pattern:
      /^(\S+) (\S+) (\S+) \S+ (?:\[(\d\d)\/(\w{3})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})\] )?\d+ (GET|PUT|POST|DELETE|HEAD|OPTIONS|PATCH) (\/\S*) (\S*) HTTP\/1\.[01] (\d{3}) (\d+|-) (\d+|-)$/,
    head(line) {
      const match = this.pattern.exec(line);
      if (!match) return null;
      const [, , , , day, month, year, hour, minute, second, offset] = match;
      const at = day && Date.UTC(year, MONTHS[month], day, hour, minute, second) - zone(offset);
      return { at, match, wanted: /^\/($|desktop|finesse\/api|gadgets\/makeRequest|http-bind)/.test(match[12]) };
    },
    continues: () => false,
    read({ match, at }) {
      const [, client, , user, , , , , , , , method, path, query, status, , elapsed] = match;
      const record = { at, method, client, agent: user === "-" ? undefined : user, status: Number(status), elapsed: Number(elapsed) };
      if (path.startsWith("/gadgets/makeRequest")) {
        const parameters = new URLSearchParams(query);
        const url = parameters.get("url") ?? "";
        if (!url.includes("/finesse/api/")) return null;
        const payload = payloadOf(parameters.get("postData") ?? "");
        return { ...record, what: "container_call", resource: resourceOf(url), nocache: nocacheOf(url), requestId: payload.requestId };
      }
      if (path.startsWith("/finesse/api/")) {
        return { ...record, what: "rest_call", resource: resourceOf(path), nocache: nocacheOf(query) };
      }
      if (path.startsWith("/http-bind")) return { ...record, what: "bosh_poll", resource: path };
      return path === "/" || path.startsWith("/desktop") ? { ...record, what: "page_request", resource: path } : null;
    },
  };

  // --- Finesse REST API.
  const tagsOf = (body) => {
    const tags = new Map();
    let at = body.indexOf("[");
    while (at >= 0 && body[at] === "[") {
      let depth = 0;
      let end = at;
      for (; end < body.length; end += 1) {
        if (body[end] === "[") depth += 1;
        else if (body[end] === "]" && (depth -= 1) === 0) break;
      }
      const [, key, value] = /^([^=]*)=?(.*)$/s.exec(body.slice(at + 1, end));
      if (!tags.has(key)) tags.set(key, value);
      at = end + 1;
    }
    return tags;
  };
  const OTHER_STATES = new Set(["CTI_SOCKET_ERROR", "CTI_CONNECTION_LOST", "CTI_OPEN_FAILURE", "CTI_CONNECTION_ESTABLISHED", "API_ERROR_DETAIL", "SSO_API_ERROR", "QUEUE STATISTICS POLLING ERROR", "QUEUE_STATISTICS_POLLING_ERROR"]);
  const CTI_REQUESTS = new Set(["SetAgentStateReq", "QueryAgentStateReq", "OpenReq"]);
  const CTI_MESSAGES = new Set([1, 2, 4, 30, 31, 35, 37, 39, 100]);
  const fieldsOf = (message, mark) => {
    const fields = {};
    for (const piece of message.split(/[,[\]{}]/)) {
      const at = piece.indexOf(mark);
      if (at > 0) fields[piece.slice(0, at).replace(/\s/g, "").toLowerCase()] ??= piece.slice(at + 1).trim();
    }
    return fields;
  };
  const webservicesReaders = {
    REQUEST_START: (tags) => {
      const resource = resourceOf(tags.get("resource_name") ?? "");
      const agent = agentOf(resource) ?? tags.get("usr");
      return { what: "request_start", method: tags.get("method_name"), resource, agent, nocache: nocacheOf(tags.get("parameter_name") ?? "") };
    },
    API_REQUEST: (tags) => {
      const url = tags.get("REQUEST_URL") ?? "";
      const resource = resourceOf(url);
      if (!isOfSignIn(resource)) return null;
      const parameters = tags.get("request_parameters") ?? "";
      const requestId = tags.get("request_identifer") ?? tags.get("request_identifier");
      const agent = agentOf(resource) ?? tags.get("agent_id");
      const [extension, state] = ["extension", "state"].map((name) => new RegExp(`(?:^|\\s)${name}:(\\S+)`).exec(parameters)?.[1]);
      return { what: "api_request", resource, agent, requestId, extension, state, nocache: nocacheOf(url) };
    },
    REQUEST_END: (tags) => ({ what: "request_end", elapsed: Number(tags.get("elapsed_time")) }),
    MESSAGE_TO_CTI_SERVER: (tags) => {
      const name = tags.get("cti_message_name");
      if (!tags.has("cti_message") || !CTI_REQUESTS.has(name)) return null;
      const fields = fieldsOf(tags.get("cti_message"), ":");
      return { what: "cti_sent", name, invokeId: Number(fields.invokeid), agent: fields.agentid, extension: fields.agentext, state: Number(fields.agentstate) };
    },
    DECODED_MESSAGE_FROM_CTI_SERVER: (tags) => {
      const message = tags.get("cti_message") ?? "";
      const fields = fieldsOf(message, "=");
      const id = Number.parseInt(fields.msgid, 10) || (message.includes("AgentStateEvent") ? 30 : 0);
      if (!CTI_MESSAGES.has(id)) return null;
      return { what: "cti_decoded", id, invokeId: Number(fields.invokeid), agent: fields.agentid, extension: fields.agentextension, state: fields.agentstate, reason: fields.eventreasoncode };
    },
    PRESENCE_NOTIFICATION_RECIEVED: (tags) => {
      const jid = tags.get("FROM JID") ?? "";
      return { what: "presence", jid, agent: /^(?!finesse@)([^@]*)@/.exec(jid)?.[1], word: tags.get("PRESENCE_TYPE") };
    },
    XMPP_PUBLISH_ASYNCHRONOUS: (tags, body) => {
      const resource = resourceOf(tags.get("NodeId") ?? "");
      const agent = /^User\/([^/]+)$/.exec(resource)?.[1];
      if (!agent && resource !== "SystemInfo") return null;
      return { what: agent ? "published" : "system_state", resource, ...payloadOf(tags.get("Payload") ?? body), agent };
    },
  };
  webservicesReaders.PRESENCE_NOTIFICATION_RECEIVED = webservicesReaders.PRESENCE_NOTIFICATION_RECIEVED;
  const webservices = {
    kind: "webservices",
    pattern:
      /^(?:(\d{1,12}): ?(\S*): )?(\w{3}) +(\d{1,2}) (\d{4}) (\d\d):(\d\d):(\d\d)[.,](\d{3}) ([+-]\d\d:?\d\d): %CCBU_([^:]*)-[0-7]-([^:]*):(.*)$/,
    head(line) {
      const match = this.pattern.exec(line);
      if (!match) return null;
      const [, , node, month, day, year, hour, minute, second, ms, offset, thread, mnemonic, body] = match;
      const at = Date.UTC(year, MONTHS[month], day, hour, minute, second, ms) - zone(offset);
      return { at, node, thread, mnemonic: mnemonic.trim(), wanted: this.isWanted(mnemonic.trim(), body) };
    },
    isWanted(mnemonic, body) {
      switch (mnemonic) {
        case "MESSAGE_TO_CTI_SERVER":
          return !/Statistics|Heartbeat/.test(body);
        case "DECODED_MESSAGE_FROM_CTI_SERVER":
          return !/^.{0,256}cti_message=CTI[A-Za-z0-9]*(SkillGroup|Statistics|Heartbeat|Call|Queue|Config|DeskSettings)/.test(body);
        case "XMPP_PUBLISH_ASYNCHRONOUS":
          return !/^.{0,64}NodeId=\/finesse\/api\/(Queue|Team|Dialog|Media)\//.test(body);
        default:
          return mnemonic in webservicesReaders || OTHER_STATES.has(mnemonic);
      }
    },
    continues: () => true,
    read({ at, node, thread, mnemonic }, text) {
      const body = text.slice(text.indexOf(": %[") + 2);
      const tags = tagsOf(body);
      const said = OTHER_STATES.has(mnemonic)
        ? { what: "system_state", word: mnemonic, agent: tags.get("agent_id") ?? tags.get("usr") ?? tags.get("userId") }
        : webservicesReaders[mnemonic](tags, body);
      return said && { at, node, thread, ...said };
    },
  };

  // --- CTI server.
  const CTI_OF_SIGN_IN = new Set(
    ("AGENT_STATE_EVENT CLIENT_SESSION_CLOSED_EVENT CLIENT_SESSION_OPENED_EVENT CLOSE_REQ CONTROL_FAILURE_CONF FAILURE_CONF " +
      "FAILURE_EVENT OPEN_CONF OPEN_REQ QUERY_AGENT_STATE_CONF SET_AGENT_STATE_CONF SET_AGENT_STATE_REQ SYSTEM_EVENT").split(" "),
  );
  const cti = {
    kind: "cti_server",
    pattern: /^(\d\d?):(\d\d):(\d\d)(?:[:.](\d{3}))? ([\w.]+-[\w.-]+) (?:SESSION (\d+): )?(.*)$/,
    head(line) {
      if (line.startsWith("Events from ")) return { at: Date.parse(`${line.slice(12).trim()} UTC`), wanted: true, day: true };
      const match = this.pattern.exec(line);
      if (!match) return null;
      const [, hour, minute, second, ms = 0, node, session, message] = match;
      const text = message.trimStart();
      const at = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000 + Number(ms);
      const type = /^MsgType:(\w*)/.exec(text)?.[1];
      if (type !== undefined) return { at, node, session, type, wanted: CTI_OF_SIGN_IN.has(type) };
      if (/^Trace:\s*AGENT_EVENT:/.test(text)) return { at, node, wanted: true, trace: true };
      if (/^Trace:\s*\w+=\S/.test(text) || (session && /^(\)|\w+:\S)/.test(text))) return null;
      return { at, node, wanted: false };
    },
    continues: (open) => open.head.type !== undefined || open.head.trace,
    read({ at, node, session, type, day, trace }, text) {
      if (day) return { at, what: "day_started" };
      const fields = {};
      const pairs = text.matchAll(trace ? /(\w+)=(\S+)/g : /(\w+):"?([^\s")]+)/g);
      for (const [, key, value] of pairs) {
        fields[key] ??= value;
      }
      return trace
        ? { at, node, what: "agent_trace", agent: fields.ID, extension: fields.Ext, state: fields.OverallState, reason: fields.Reason }
        : { at, node, session, what: "cti_message", type, invokeId: Number(fields.InvokeID), agent: fields.AgentID, extension: fields.AgentExtension, state: fields.AgentState, reason: fields.EventReasonCode, failure: fields.FailureCode ?? fields.Status };
    },
  };

  // --- Notification Service, and the wire log in its debug log.
  const OPENFIRE = /^(\d{4})\.(\d\d)\.(\d\d) (\d\d):(\d\d):(\d\d)(?:[.,](\d{3}))? (?:[A-Z]{4,5} +\[[^\]]*\]: )?(?:\S+) - (.*)$/;
  const openfireTime = ([, year, month, day, hour, minute, second, ms = 0]) =>
    Date.UTC(year, month - 1, day, hour, minute, second, ms);
  const notification = {
    kind: "notification",
    head(line) {
      const match = OPENFIRE.exec(line);
      if (!match || /^(>>|<<|http-outgoing-|Adding Host request header)/.test(match[8])) return null;
      return { at: openfireTime(match), wanted: /Failed to route packet|\/finesse\/api\/User\//.test(match[8]) };
    },
    continues: () => true,
    read({ at }, text) {
      const jid = /to JID: (.*?)(?:packet:|<)/s.exec(text)?.[1].replace(/\s/g, "");
      const payload = payloadOf(text);
      const resource = resourceOf(/node="([^"]*)"/.exec(text)?.[1] ?? payload.source ?? "");
      const agent = payload.agent ?? agentOf(resource) ?? /^(?!finesse@)([^@]*)@/.exec(jid ?? "")?.[1];
      if (!agent || /^User\/[^/]+\//.test(resource)) return null;
      return { at, what: "routed", ...payload, agent, jid, resource };
    },
  };
  const wire = {
    kind: "http_wire",
    head(line) {
      const match = OPENFIRE.exec(line);
      const message = match ? match[8] : line;
      const request = />>\s*"?([A-Z]+) (\S+) HTTP\//.exec(message);
      const answer = /<<\s*"?HTTP\/\S+ (\d{3})/.exec(message);
      if (!request && !answer) return null;
      return { at: match && openfireTime(match), request, answer, wanted: Boolean(answer) || request[2].includes("/finesse/api/") };
    },
    continues: (open, line) => /(>>|<<)|Adding Host request header/.test(line),
    read({ at, request, answer }) {
      if (answer) return { at, what: "wire_answer", status: Number(answer[1]) };
      const resource = resourceOf(request[2]);
      return { at, what: "wire_request", method: request[1], resource, agent: agentOf(resource), nocache: nocacheOf(request[2]) };
    },
  };

  // --- Desktop client log.
  const client = {
    kind: "client_log",
    pattern: /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.,]\d{3}) ?([+-]\d\d:?\d\d): [^:]*: [^:]*: (?:--- -- ---- --:--:--\.--- -----|\w{3} +\d+ \d{4} \d\d:\d\d:\d\d\.\d{3} [+-]\d{4}): [A-Za-z][^:]* : ?(.*)$/,
    head(line) {
      // The browser names itself in a line of its own.
      if (line.startsWith("Mozilla/")) return { wanted: false };
      const match = this.pattern.exec(line);
      if (!match) return null;
      const wanted = /\[ClientServices\]|PageServices|FailoverMonitor|MasterPublisher|SignIn|Returned with|Started on|Client:|login|token|Connection status|System info/.test(match[3]);
      return { at: wanted && Date.parse(`${match[1].replace(",", ".")}Z`) - zone(match[2]), wanted };
    },
    continues: (open) => !open.text.endsWith("\n\n"),
    read({ at }, text) {
      const quoted = (name) => new RegExp(`${name}=\\s*'([^']*)'`).exec(text)?.[1];
      const payload = () => payloadOf(text.replaceAll("\\n", "\n").replaceAll('\\"', '"'));
      const requestId = quoted("requestId");
      const status = /Returned with status=\s*(\d+)/.exec(text);
      if (status) return { at, what: "client_answer", status: Number(status[1]), requestId, ...payload() };
      const url = quoted("url");
      const other = /POST_DATA=|RequestedScheme|Received the following/.test(text);
      if (url !== undefined || (requestId && text.includes("[ClientServices]") && !other)) {
        const said = payload();
        const resource = url === undefined ? said.source : resourceOf(url);
        return { at, what: "client_request", requestId, resource, method: /method=\s*(\w*)/.exec(text)?.[1], nocache: url && nocacheOf(url), ...said };
      }
      const event = /Received (?:XML )?event on node[^']*'([^']*)'/.exec(text);
      if (event && isOfSignIn(resourceOf(event[1]))) return { at, what: "event_received", resource: resourceOf(event[1]), ...payload() };
      const simple = [
        ["system_status", /System info status:\s*(\w+)/],
        ["connection_status", /Connection status:\s*(\w+)/],
        ["connect_retry", /retryCount=\s*(\d+)/],
        ["connect_started", /Establishing \S+ connection/],
        ["connected", /\S+ established!|_connectionConnectHandler\(\)/],
        ["login_performed", /Performing login: extn=\s*([\w+*#]*)/],
        ["signed_in", /Successfully logged in|Clearing login timeout|SignIn\._triggerLoggedIn\(\)/],
        ["client_started", /Started on:?\s*(.*)/],
        ["clock_sync", /Drift:\s*(-?\d+)/],
        ["client_error", /(Malformed event payload|node is not given in postMessage|Error subscribing|invalid or unknown requestId|Unable to refresh access token)/],
      ];
      for (const [what, pattern] of simple) {
        const match = pattern.exec(text);
        if (match) return { at, what, word: match[1] };
      }
      return null;
    },
  };

  const FORMATS = [access, webservices, cti, notification, wire, client];
  const likely = (name) => {
    const at = [/access/, /webservices/, /ctisvr/, /all\.log|info\.log/, /debug\.log|wire/, /client/i].findIndex((pattern) => pattern.test(name));
    return FORMATS[Math.max(at, 0)];
  };

  // Reads one log; `chunks` are its bytes.
  const read = (name, chunks) => {
    const records = [];
    let [format, open, line, bytes, entries] = [likely(name), null, 0, 0, 0];
    const close = () => {
      if (open?.head.wanted) {
        const record = open.format.read(open.head, open.text);
        if (record) records.push({ ...record, kind: open.format.kind, line: open.line, text: open.text });
      }
      open = null;
    };
    const take = (text) => {
      line += 1;
      let head = format.head(text);
      if (!head) {
        const other = FORMATS.find((candidate) => candidate !== format && (head = candidate.head(text)));
        if (other) format = other;
      }
      if (head) {
        close();
        entries += 1;
        open = { format, head, line, text };
      } else if (open?.format.continues(open, text)) {
        open.text += `\n${text}`;
      }
    };
    const decoder = new TextDecoder();
    let rest = "";
    for (const chunk of chunks) {
      bytes += chunk.byteLength;
      const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
      rest = lines.pop();
      lines.forEach(take);
    }
    if (rest) take(rest);
    close();
    const kept = {};
    for (const { kind } of records) kept[kind] = (kept[kind] ?? 0) + 1;
    return { bytes, entries, kept };
  };

  return { read };
})();
