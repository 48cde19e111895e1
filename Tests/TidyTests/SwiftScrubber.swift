/// Blanks comments and the content of strings, so that a search sees code only. Lines stay lines;
/// what is interpolated into a string is code and stays. Of regular expression literals only those
/// with pounds are known.
struct SwiftScrubber {
  private enum Context {
    /// Code inside of `\( )`, with the parentheses open in it.
    case interpolation(openParentheses: Int)
    case string(pounds: Int, isMultiline: Bool)
  }

  private let input: [UInt8]
  private var output: [UInt8] = []
  private var next = 0
  private var contexts: [Context] = []

  static func scrub(_ text: String) -> String {
    var scrubber = SwiftScrubber(text)
    scrubber.run()
    return String(decoding: scrubber.output, as: UTF8.self)
  }

  private init(_ text: String) {
    input = Array(text.utf8)
    output.reserveCapacity(input.count)
  }

  private mutating func run() {
    while next < input.count {
      if case .string(let pounds, let isMultiline) = contexts.last {
        stringStep(pounds: pounds, isMultiline: isMultiline)
      } else {
        codeStep()
      }
    }
  }

  private func has(_ text: StaticString, at index: Int) -> Bool {
    guard index + text.utf8CodeUnitCount <= input.count else { return false }
    return (0..<text.utf8CodeUnitCount).allSatisfy { input[index + $0] == text.utf8Start[$0] }
  }

  private func poundCount(at index: Int) -> Int {
    input[index...].prefix { $0 == UInt8(ascii: "#") }.count
  }

  private mutating func keep(_ count: Int = 1) {
    output += input[next..<min(next + count, input.count)]
    next += count
  }

  private mutating func blank(_ count: Int = 1) {
    for byte in input[next..<min(next + count, input.count)] {
      output.append(byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: " "))
    }
    next += count
  }

  private mutating func codeStep() {
    if has("//", at: next) {
      while next < input.count, input[next] != UInt8(ascii: "\n") { blank() }
    } else if has("/*", at: next) {
      blankBlockComment()
    } else if has("#/", at: next) {
      keep(2)
      while next < input.count, !has("/#", at: next) { blank() }
      keep(2)
    } else if let pounds = stringStart() {
      let isMultiline = has("\"\"\"", at: next + pounds)
      keep(pounds + (isMultiline ? 3 : 1))
      contexts.append(.string(pounds: pounds, isMultiline: isMultiline))
    } else {
      if case .interpolation(let open) = contexts.last {
        switch input[next] {
        case UInt8(ascii: "("):
          contexts[contexts.count - 1] = .interpolation(openParentheses: open + 1)
        case UInt8(ascii: ")") where open == 0: contexts.removeLast()
        case UInt8(ascii: ")"):
          contexts[contexts.count - 1] = .interpolation(openParentheses: open - 1)
        default: break
        }
      }
      keep()
    }
  }

  /// The number of `#` before the quote of a string that begins here.
  private func stringStart() -> Int? {
    let pounds = poundCount(at: next)
    guard next + pounds < input.count, input[next + pounds] == UInt8(ascii: "\"") else {
      return nil
    }
    return pounds
  }

  private mutating func blankBlockComment() {
    var depth = 0
    repeat {
      if has("/*", at: next) {
        depth += 1
        blank(2)
      } else if has("*/", at: next) {
        depth -= 1
        blank(2)
      } else {
        blank()
      }
    } while depth > 0 && next < input.count
  }

  private mutating func stringStep(pounds: Int, isMultiline: Bool) {
    let quotes = isMultiline ? 3 : 1
    let isQuote = isMultiline ? has("\"\"\"", at: next) : input[next] == UInt8(ascii: "\"")
    if isQuote, poundCount(at: min(next + quotes, input.count)) >= pounds {
      contexts.removeLast()
      keep(quotes + pounds)
    } else if input[next] == UInt8(ascii: "\\"), poundCount(at: next + 1) >= pounds {
      let escaped = next + 1 + pounds
      if escaped < input.count, input[escaped] == UInt8(ascii: "(") {
        blank(pounds + 1)
        keep()
        contexts.append(.interpolation(openParentheses: 0))
      } else {
        blank(pounds + 2)
      }
    } else if !isMultiline, input[next] == UInt8(ascii: "\n") {
      // Not a string after all, or broken code: go on with the next line.
      contexts.removeLast()
      keep()
    } else {
      blank()
    }
  }
}
