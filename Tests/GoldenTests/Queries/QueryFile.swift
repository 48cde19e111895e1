/// A file of statements, each with what it answers: rows, or what is wrong with it.
///
/// The format is described in `Tests/Golden/README.md`. What is no answer is kept as it stands, so
/// that rewriting changes answers and nothing else.
struct QueryFile {
  enum Part: Equatable {
    /// Comments, and blank lines.
    case remark(String)
    case file(name: String, content: [String])
    case query(Query)
  }

  struct Query: Equatable {
    /// `name=value`, as `--param` takes it.
    var parameters: [String] = []
    var sql = ""
    var answer: [String] = []
    /// One-based, of the first line.
    var line: Int
  }

  private static let parameterMark = "param "
  private static let fileMark = "file "
  private static let separator = "----"

  private(set) var parts: [Part] = []

  init(_ lines: [String], firstLine: Int = 1) {
    var next = 0
    while next < lines.count {
      let line = lines[next]
      if line.isEmpty || line.hasPrefix("#") {
        parts.append(.remark(line))
        next += 1
      } else if line.hasPrefix(Self.fileMark) {
        let end = lines[next...].firstIndex(of: Self.separator) ?? lines.count
        let name = String(line.dropFirst(Self.fileMark.count))
        parts.append(.file(name: name, content: Array(lines[(next + 1)..<end])))
        next = min(end + 1, lines.count)
      } else {
        let end = lines[next...].firstIndex(of: "") ?? lines.count
        parts.append(.query(Self.query(lines[next..<end], line: firstLine + next)))
        next = end
      }
    }
  }

  private static func query(_ lines: ArraySlice<String>, line: Int) -> Query {
    var query = Query(line: line)
    let parameters = lines.prefix { $0.hasPrefix(parameterMark) }
    query.parameters = parameters.map { String($0.dropFirst(parameterMark.count)) }
    let rest = lines.dropFirst(parameters.count)
    let end = rest.firstIndex(of: separator) ?? rest.endIndex
    query.sql = rest[..<end].joined(separator: "\n")
    query.answer = Array(rest[end...].dropFirst())
    return query
  }

  var queryCount: Int {
    parts.count { if case .query = $0 { true } else { false } }
  }

  /// The lines of the file. Parsing them gives the same parts.
  var lines: [String] {
    parts.flatMap { part in
      switch part {
      case .remark(let line): [line]
      case .file(let name, let content): [Self.fileMark + name] + content + [Self.separator]
      case .query(let query):
        query.parameters.map { Self.parameterMark + $0 }
          + query.sql.split(separator: "\n").map(String.init) + [Self.separator] + query.answer
      }
    }
  }

  /// Runs all statements, and returns the file with what they answer now.
  func answered(by runner: QueryRunner) throws -> QueryFile {
    var result = self
    for (index, part) in parts.enumerated() {
      switch part {
      case .remark: continue
      case .file(let name, let content): try runner.write(content, to: name)
      case .query(var query):
        query.answer = try runner.answer(query)
        result.parts[index] = .query(query)
      }
    }
    return result
  }
}
