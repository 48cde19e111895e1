import LakeCore
import LakeSQL
import Lakehouse

/// What could stand where somebody types: words of SQL, tables, columns, functions, commands of the
/// shell, files.
package struct Completer {
  private let names: KnownNames
  /// The text before the cursor, and all of it.
  private let before: [Character]
  private let words: [Word]

  private struct Word {
    var text: String
    /// Where it begins, in characters of the text before the cursor.
    var start: Int
  }

  /// Behind these a table is named.
  private static let beforeTables: Set = [
    "from", "join", "into", "update", "table", "describe", "desc", "view",
  ]

  package init(before: String, all: String, names: KnownNames) {
    self.names = names
    self.before = Array(before)
    words = Completer.words(of: self.before)
    mentioned = Completer.mentioned(in: Completer.words(of: Array(all)).map(\.text), names)
  }

  /// Tables that the statement speaks of, by what it calls them.
  private let mentioned: [(name: String, columns: [String])]

  package var answer: (start: Int, candidates: [String]) {
    if MetaCommand.isMeta(String(before)) { return metaAnswer }
    if let start = openQuote("'") { return (start + 1, files(String(before[(start + 1)...]))) }
    if let start = openQuote("\"") {
      return (start, fitting(String(before[start...]), quotedNames))
    }
    let start = wordStart
    let typed = String(before[start...])
    let parts = typed.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count > 1, let prefix = parts.last {
      let qualifier = parts.dropLast().joined(separator: ".")
      return (before.count - prefix.count, members(of: qualifier, String(prefix)))
    }
    return (start, plain(typed))
  }

  // MARK: - SQL

  private func plain(_ typed: String) -> [String] {
    let earlier = words.last { $0.start < wordStart }?.text
    guard let last = earlier, last != ";" else {
      return fitting(typed, cased(SQLWords.statementStarts, as: typed))
    }
    if Completer.beforeTables.contains(last.lowercased()) {
      let readers = last.lowercased() == "from" ? ["read_csv(", "read_json(", "read_parquet("] : []
      let short = names.tables.map(\.shortName)
      return fitting(typed, short + names.spaces.map { $0 + "." } + readers)
    }
    let columns =
      mentioned.isEmpty ? names.tables.flatMap(\.columns) : mentioned.flatMap(\.columns)
    let own = columns.map(Completer.quoted) + mentioned.map(\.name)
    if typed.isEmpty { return unique(own) }
    return fitting(
      typed,
      own + names.functions.map { $0 + "(" } + cased(SQLWords.keywords, as: typed))
  }

  private var tableNames: [String] { names.tables.map(\.name) }

  /// Tables of a zone, or columns of a table.
  private func members(of qualifier: String, _ prefix: String) -> [String] {
    let lowered = qualifier.lowercased()
    let inSpace = names.tables.map(\.name).filter { $0.lowercased().hasPrefix(lowered + ".") }
      .map { String($0.dropFirst(qualifier.count + 1)) }
    let columns = mentioned.filter { $0.name.lowercased() == lowered }.flatMap(\.columns)
      .map(Completer.quoted)
    return fitting(prefix, inSpace + columns)
  }

  private static func mentioned(
    in words: [String], _ names: KnownNames
  ) -> [(name: String, columns: [String])] {
    var found: [(name: String, columns: [String])] = []
    for (index, word) in words.enumerated() where beforeTables.contains(word.lowercased()) {
      guard index + 1 < words.count, let table = names.table(words[index + 1]) else { continue }
      let last = table.name.split(separator: ".").last.map(String.init) ?? table.name
      var name = last
      var next = index + 2
      if next < words.count, words[next].lowercased() == "as" { next += 1 }
      if next < words.count, words[next].first?.isWordPart ?? false,
        !SQLWords.keywords.contains(words[next].uppercased())
      {
        name = words[next]
      }
      found.append((name, table.columns))
    }
    return found
  }

  // MARK: - Words

  private var wordStart: Int {
    var start = before.count
    while start > 0, before[start - 1].isWordPart || before[start - 1] == "." { start -= 1 }
    return start
  }

  /// Names with their dots, and signs one by one.
  private static func words(of text: [Character]) -> [Word] {
    var words: [Word] = []
    var index = 0
    while index < text.count {
      let start = index
      while index < text.count, text[index].isWordPart || text[index] == "." { index += 1 }
      if index == start { index += 1 }
      let word = String(text[start..<index])
      if !word.allSatisfy(\.isWhitespace) { words.append(Word(text: word, start: start)) }
    }
    return words
  }

  /// Where the quote is that has no end yet.
  private func openQuote(_ quote: Character) -> Int? {
    guard OpenEnd(of: String(before)) == .quote(quote) else { return nil }
    return before.lastIndex(of: quote)
  }

  /// Names as they stand in quotes.
  private var quotedNames: [String] {
    let columns =
      mentioned.isEmpty ? names.tables.flatMap(\.columns) : mentioned.flatMap(\.columns)
    return columns.map { "\"\($0.replacing("\"", with: "\"\""))\"" }
  }

  private func cased(_ words: [String], as typed: String) -> [String] {
    let isSmall = typed.contains { $0.isLowercase }
    return isSmall ? words.map { $0.lowercased() } : words
  }

  private func fitting(_ typed: String, _ candidates: [String]) -> [String] {
    let lowered = typed.lowercased()
    return unique(candidates.filter { $0.lowercased().hasPrefix(lowered) })
  }

  /// In their order, each once.
  private func unique(_ candidates: [String]) -> [String] {
    var seen: Set<String> = []
    return candidates.filter { seen.insert($0).inserted }
  }

  /// A name as it is written in SQL.
  private static func quoted(_ name: String) -> String {
    let isPlain = name.allSatisfy(\.isWordPart) && !(name.first?.isNumber ?? true)
    return isPlain ? name : "\"\(name.replacing("\"", with: "\"\""))\""
  }
}

// MARK: - Commands and files

extension Completer {
  private var metaAnswer: (start: Int, candidates: [String]) {
    let first = before.firstIndex { !$0.isWhitespace } ?? 0
    guard let blank = before[first...].firstIndex(where: \.isWhitespace) else {
      let typed = String(before[first...])
      return (first, fitting(typed, MetaCommand.all.flatMap(\.spellings)))
    }
    let start = (before[blank...].lastIndex { $0.isWhitespace || $0 == "'" } ?? blank) + 1
    let typed = String(before[start...])
    switch MetaCommand.named(String(before[first..<blank]))?.argument {
    case .table: return (start, fitting(typed, tableNames))
    case .file: return (start, files(typed))
    case .words(let words): return (start, fitting(typed, words))
    case .some(.none), nil: return (start, [])
    }
  }

  private func files(_ typed: String) -> [String] {
    let name = Path.lastComponent(of: typed)
    let directory = typed.hasSuffix("/") ? typed : String(typed.dropLast(name.count))
    let prefix = typed.hasSuffix("/") ? "" : name
    let fileSystem = LocalFileSystem()
    let found = (try? fileSystem.list(directory.isEmpty ? "." : directory)) ?? []
    return found.filter { $0.hasPrefix(prefix) && (prefix.hasPrefix(".") || !$0.hasPrefix(".")) }
      .map { name in
        let path = directory + name
        let kind = (try? fileSystem.status(of: path, followLinks: true))?.kind
        return kind == .directory ? path + "/" : path
      }
  }
}

extension KnownNames.Table {
  /// The name with the zone behind it, which needs no other name before it.
  fileprivate var shortName: String {
    let parts = name.split(separator: ".")
    return parts.count == 2 ? "\(parts[1])_\(parts[0])" : name
  }
}

extension KnownNames {
  /// The table of a name as it may be written: `trusted.customer`, `customer_trusted`, `customer`.
  func table(_ written: String) -> Table? {
    let lowered = written.lowercased()
    return tables.first { table in
      let name = table.name.lowercased()
      let parts = name.split(separator: ".")
      return name == lowered || parts.last.map { $0 == lowered } ?? false
        || table.shortName.lowercased() == lowered
    }
  }
}
