import LakeCore

/// Places of texts in texts, by number and from the end.
extension ScalarFunctions {
  static let stringPlaces: [FunctionDefinition] = [
    FunctionDefinition(
      "locate", "charindex",
      description: "The place of the first text in the second, from a place on, or 0",
      overloads: [
        Overload([.varchar, .varchar], .bigint) { try located($0) },
        Overload([.varchar, .varchar, .bigint], .bigint) { try located($0) },
      ]),
    FunctionDefinition(
      "substring_index",
      description: "The text before a number of delimiters; behind them where it is negative",
      overloads: [Overload([.varchar, .varchar, .bigint], .varchar) { try beforeDelimiters($0) }]),
    FunctionDefinition(
      "find_in_set", description: "The place of a text in a list with commas, or 0",
      overloads: [
        Overload([.varchar, .varchar], .bigint) { call in
          let (texts, lists) = (try call.strings(0), try call.strings(1))
          return try call.values(Int64.self) { row in
            let wanted = texts[row].text
            let all = lists[row].text.split(separator: ",", omittingEmptySubsequences: false)
            return all.firstIndex { $0 == wanted }.map { Int64($0 + 1) } ?? 0
          }
        }
      ]),
  ]

  /// The place of occurrence `number` (from 1, or from the end), in characters from 1; 0 if there
  /// is none.
  static func occurrence(_ text: ByteRun, _ part: ByteRun, _ number: Int64) -> Int64 {
    var places: [Int] = []
    var from = 0
    var left = number
    while let place = text.find(part, from: from) {
      places.append(place)
      left -= 1
      if number > 0, left == 0 { break }
      if place >= text.count { break }
      from = text.next(after: place)
    }
    let index = number > 0 ? Int(clamping: number) - 1 : places.count + Int(clamping: number)
    guard places.indices.contains(index) else { return 0 }
    return Int64(ByteRun(text.start, count: places[index]).scalarCount) + 1
  }

  static func instance(_ call: FunctionCall) throws -> CheckedVector {
    let (texts, parts) = (try call.strings(0), try call.strings(1))
    let numbers = try call.input(2, as: Int64.self)
    let error = call.failure("the number of an occurrence is not 0")
    return try call.checked(Int64.self, error: error) { row in
      if numbers[row] == 0 { return nil }
      return texts[row].withBytes { text in
        parts[row].withBytes { occurrence(ByteRun(text), ByteRun($0), numbers[row]) }
      }
    }
  }

  private static func located(_ call: FunctionCall) throws -> CheckedVector {
    let (parts, texts) = (try call.strings(0), try call.strings(1))
    let starts = call.arguments.count > 2 ? try call.input(2, as: Int64.self) : nil
    return try call.values(Int64.self) { row in
      let start = starts?[row] ?? 1
      if start < 1 { return 0 }
      return texts[row].withBytes { raw in
        parts[row].withBytes { part in
          let text = ByteRun(raw)
          let from = text.advance(0, by: Int(clamping: start) - 1)
          guard start <= Int64(text.count) + 1, let place = text.find(ByteRun(part), from: from)
          else { return 0 }
          return Int64(ByteRun(text.start, count: place).scalarCount) + 1
        }
      }
    }
  }

  private static func beforeDelimiters(_ call: FunctionCall) throws -> CheckedVector {
    let (texts, delimiters) = (try call.strings(0), try call.strings(1))
    let counts = try call.input(2, as: Int64.self)
    return try call.pieces(of: texts) { row in
      let view = texts[row]
      let range = view.withBytes { raw in
        delimiters[row].withBytes { part -> Range<Int> in
          let (text, part) = (ByteRun(raw), ByteRun(part))
          if part.count == 0 || counts[row] == 0 { return 0..<0 }
          var (places, from): ([Int], Int) = ([], 0)
          while let place = text.find(part, from: from) {
            places.append(place)
            from = place + part.count
          }
          let count = Int(clamping: counts[row].magnitude)
          if count > places.count { return 0..<text.count }
          if counts[row] > 0 { return 0..<places[count - 1] }
          return (places[places.count - count] + part.count)..<text.count
        }
      }
      return view.slice(range.lowerBound, range.count)
    }
  }
}
