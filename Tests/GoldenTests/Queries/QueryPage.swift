/// A page of Markdown whose ```` ```sql ```` blocks are statements with their answers.
struct QueryPage {
  private enum Part {
    case line(String)
    case block(Int)
  }

  private static let opening = "```sql"
  private static let closing = "```"

  private var parts: [Part] = []
  var blocks: [QueryFile] = []

  init(_ lines: [String]) {
    var next = 0
    while next < lines.count {
      parts.append(.line(lines[next]))
      next += 1
      guard lines[next - 1] == Self.opening else { continue }
      let end = lines[next...].firstIndex(of: Self.closing) ?? lines.count
      parts.append(.block(blocks.count))
      blocks.append(QueryFile(Array(lines[next..<end]), firstLine: next + 1))
      next = end
    }
  }

  var lines: [String] {
    parts.flatMap { part in
      switch part {
      case .line(let line): [line]
      case .block(let index): blocks[index].lines
      }
    }
  }
}
