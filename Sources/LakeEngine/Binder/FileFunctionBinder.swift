import LakeCore
import LakeFormats
import LakeSQL

/// Binds `read_csv('a.csv', delim => ';')` and its like: which files are read, and how.
struct FileFunctionBinder {
  private let binder: Binder
  private let function: FileFunction

  init(_ binder: Binder, _ function: FileFunction) {
    self.binder = binder
    self.function = function
  }

  func bind(_ call: LakeSQL.FunctionCall) throws -> FileRequest {
    guard let first = call.arguments.first, option(first) == nil else {
      throw binder.error(
        "\(function.name) takes a path or a pattern, in single quotes", call.origin)
    }
    var request = FileRequest(try paths(first))
    request.format = function.format
    for argument in call.arguments.dropFirst() { try apply(argument, to: &request) }
    return request
  }

  // MARK: - Paths

  private func paths(_ argument: Expression) throws -> [String] {
    if case .name(let name) = argument.kind {
      if name.text.lowercased() == "stdin" { return [StandardInput.name] }
      throw binder.error(
        "the path of a file stands in single quotes", argument.origin,
        hint: "Write '\(name.text)'.")
    }
    let members: [Expression]
    if case .array(let all) = argument.kind { members = all } else { members = [argument] }
    guard !members.isEmpty else {
      throw binder.error("the list names no file", argument.origin)
    }
    return try members.map { try text($0, "a path is a text") }
  }

  // MARK: - Options

  /// Name and value of an argument that has a name.
  private func option(_ argument: Expression) -> (name: String, value: Expression)? {
    guard case .compare(.equal, let left, let value) = argument.kind else { return nil }
    switch left.kind {
    case .name(let name) where name.parts.count == 1: return (name.parts[0].text, value)
    case .literal(.null): return (FileOption.null.rawValue, value)
    default: return nil
    }
  }

  private func apply(_ argument: Expression, to request: inout FileRequest) throws {
    guard let (name, value) = option(argument) else {
      throw binder.error(
        "what follows the files has a name", argument.origin, hint: "Write name => value.")
    }
    let known = function.options
    guard let option = FileOption.named(name, among: known) else {
      throw unknown(name, known, argument.origin)
    }
    switch option {
    case .delim: request.csv.delimiter = try byte(value, "a delimiter")
    case .quote: request.csv.quote = try byte(value, "a quote")
    case .header: request.csv.hasHeader = try truth(value)
    case .null: request.csv.nullText = try text(value, "the text that stands for null is a text")
    case .allVarchar: request.isAllText = try truth(value)
    case .names: request.names = try names(value)
    case .columns: request.columns = try columns(value)
    case .version: request.version = try FromBinder(binder, outer: nil).moment(.number(value))
    case .timestamp: request.version = try FromBinder(binder, outer: nil).moment(.time(value))
    case .timeZone: request.timeZone = try zone(value)
    }
  }

  private func unknown(_ name: String, _ known: [FileOption], _ origin: Origin) -> LakeError {
    let names = known.map(\.rawValue)
    let list = "\(function.name) takes \(names.joined(separator: ", "))."
    let hint =
      name.lowercased() == "filename"
      ? "The file of a row is in the column \"$path\"."
      : Suggestion.hint(for: name, among: names)
        ?? (names.isEmpty ? "\(function.name) takes none." : list)
    return binder.error("there is no option '\(name)'", origin, hint: hint)
  }

  private func names(_ value: Expression) throws -> [String] {
    guard case .array(let members) = value.kind, !members.isEmpty else {
      throw binder.error(
        "names are a list of texts", value.origin, hint: "Write names => ['id', 'city'].")
    }
    return try members.map { try text($0, "a name is a text") }
  }

  private func columns(_ value: Expression) throws -> Schema {
    let hint = "Write columns => 'id bigint, city varchar'."
    let text = try text(value, "columns are a text", hint: hint)
    do throws(LakeError) {
      return try Schema(parsing: text)
    } catch {
      throw binder.error(
        "the columns cannot be read: \(error.message)", value.origin, hint: error.hint ?? hint)
    }
  }

  // MARK: - Values

  private func literal(_ value: Expression) throws -> Value? {
    let bound = try ExpressionBinder(binder, SelectContext(Scope()), .from).bind(value)
    if case .literal(let literal) = bound.node { return literal }
    return nil
  }

  private func text(
    _ value: Expression, _ expected: String, hint: String? = nil
  ) throws -> String {
    if case .string(let text)? = try literal(value) { return text }
    throw binder.error(expected, value.origin, hint: hint ?? "It stands in single quotes.")
  }

  /// As it stands behind a time.
  private func zone(_ value: Expression) throws -> String {
    let hint = "Write time_zone => 'UTC', or an offset such as '+02:00'."
    let text = try text(value, "a time zone is a text", hint: hint)
    let zone = text.uppercased() == "UTC" ? " UTC" : text
    guard Value.parsed("2000-01-01 00:00:00" + zone, as: .timestamp) != nil, !text.isEmpty else {
      throw binder.error(
        "'\(text)' is no time zone that is known here", value.origin, hint: hint)
    }
    return zone
  }

  private func truth(_ value: Expression) throws -> Bool {
    if case .bool(let truth)? = try literal(value) { return truth }
    throw binder.error("expected true or false", value.origin)
  }

  /// One byte, since records are cut by bytes.
  private func byte(_ value: Expression, _ what: String) throws -> UInt8 {
    let text = try text(value, "\(what) is a text of one character")
    let bytes = Array((text == "\\t" ? "\t" : text).utf8)
    guard bytes.count == 1, bytes[0] < 0x80, bytes[0] != 0x0A, bytes[0] != 0x0D else {
      throw binder.error("\(what) is one character of ASCII, not '\(text)'", value.origin)
    }
    return bytes[0]
  }
}
