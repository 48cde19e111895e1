import LakeCore

/// Parts of URLs, as RFC 3986 cuts them: `scheme://user@host:port/path?query#fragment`.
extension ScalarFunctions {
  static let urlParts: [FunctionDefinition] = [
    .piece("url_extract_protocol", description: "What stands before '://' in a URL") {
      URLText($0).scheme
    },
    .piece("url_extract_host", description: "The host of a URL") { URLText($0).host },
    .piece("url_extract_path", description: "The path of a URL, without query and fragment") {
      URLText($0).path
    },
    .piece("url_extract_query", description: "What stands behind the '?' of a URL") {
      URLText($0).query
    },
    .piece("url_extract_fragment", description: "What stands behind the '#' of a URL") {
      URLText($0).fragment
    },
    FunctionDefinition(
      "url_extract_port", description: "The number of the port in a URL; null where none is given",
      overloads: [
        Overload([.varchar], .bigint) { call in
          let texts = try call.strings(0)
          return try call.optional(Int64.self) { row in
            texts[row].withBytes { raw in
              let text = ByteRun(raw)
              return URLText(text).port.flatMap { range in
                Int64(text.slice(range.lowerBound, range.count).text)
              }
            }
          }
        }
      ]),
    FunctionDefinition(
      "url_extract_parameter",
      description: "The value of a parameter in the query of a URL, decoded",
      overloads: [
        Overload([.varchar, .varchar], .varchar) { call in
          let (texts, names) = (try call.strings(0), try call.strings(1))
          return try call.texts { row, out in
            let name = names[row].text
            return texts[row].withBytes { raw in
              let text = ByteRun(raw)
              guard let query = URLText(text).query else { return .null }
              let whole = text.slice(query.lowerBound, query.count).text
              for pair in whole.split(separator: "&") {
                let parts = pair.split(
                  separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard URLText.decoded(parts[0]) == name else { continue }
                out.append(parts.count > 1 ? URLText.decoded(parts[1]) : "")
                return .text
              }
              return .null
            }
          }
        }
      ]),
  ]
}

/// Where the parts of a URL lie; nil for those that it does not have.
private struct URLText {
  var scheme: Range<Int>?
  var host: Range<Int>?
  var port: Range<Int>?
  var path: Range<Int>?
  var query: Range<Int>?
  var fragment: Range<Int>?

  init(_ text: ByteRun) {
    var end = text.count
    if let hash = URLText.find(text, "#", 0..<end) {
      fragment = (hash + 1)..<end
      end = hash
    }
    if let mark = URLText.find(text, "?", 0..<end) {
      query = (mark + 1)..<end
      end = mark
    }
    var start = 0
    if let colon = URLText.find(text, ":", 0..<end), colon > 0,
      URLText.find(text, "/", 0..<colon) == nil
    {
      scheme = 0..<colon
      start = colon + 1
    }
    if start + 1 < end, text[start] == UInt8(ascii: "/"), text[start + 1] == UInt8(ascii: "/") {
      start += 2
      let stop = URLText.find(text, "/", start..<end) ?? end
      setAuthority(text, start..<stop)
      start = stop
    }
    path = start..<end
  }

  private mutating func setAuthority(_ text: ByteRun, _ range: Range<Int>) {
    var start = range.lowerBound
    if let at = URLText.find(text, "@", range) { start = at + 1 }
    // An address of IPv6 has colons of its own, in brackets.
    let behind = URLText.find(text, "]", start..<range.upperBound).map { $0 + 1 } ?? start
    let colon = URLText.find(text, ":", behind..<range.upperBound)
    host = start..<(colon ?? range.upperBound)
    if host?.isEmpty ?? true { host = nil }
    if let colon, colon + 1 < range.upperBound { port = (colon + 1)..<range.upperBound }
  }

  private static func find(_ text: ByteRun, _ sign: Unicode.Scalar, _ range: Range<Int>) -> Int? {
    range.first { UInt32(text[$0]) == sign.value }
  }

  /// Escapes that are none stay as they are.
  static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    let source = Array(text.utf8)
    var place = 0
    while place < source.count {
      if source[place] == UInt8(ascii: "%"), place + 2 < source.count,
        let high = ScalarFunctions.hexValue(source[place + 1]),
        let low = ScalarFunctions.hexValue(source[place + 2])
      {
        bytes.append(high &<< 4 | low)
        place += 3
        continue
      }
      bytes.append(source[place] == UInt8(ascii: "+") ? 0x20 : source[place])
      place += 1
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
