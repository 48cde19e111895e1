import LakeCore

/// How far texts are from each other, and how they sound.
extension ScalarFunctions {
  static let stringDistances: [FunctionDefinition] = [
    FunctionDefinition(
      "levenshtein_distance", "levenshtein",
      description: "How many characters have to be changed, added or removed to make one text "
        + "another",
      overloads: [
        Overload([.varchar, .varchar], .bigint) { call in
          let (a, b) = (try call.strings(0), try call.strings(1))
          let error = call.failure(
            "the texts are too long: their lengths multiply to over a million")
          return try call.checked(Int64.self, error: error) { row in
            levenshtein(scalars(a[row]), scalars(b[row]))
          }
        }
      ]),
    FunctionDefinition(
      "hamming_distance", "hamming",
      description: "At how many places two texts of one length differ",
      overloads: [
        Overload([.varchar, .varchar], .bigint) { call in
          let (a, b) = (try call.strings(0), try call.strings(1))
          return try call.checked(Int64.self, error: call.failure("the texts differ in length")) {
            row in
            let (x, y) = (scalars(a[row]), scalars(b[row]))
            guard x.count == y.count else { return nil }
            return Int64(zip(x, y).count { $0 != $1 })
          }
        }
      ]),
    .text("soundex", description: "How a name sounds in English: a letter and three digits") {
      text, out in
      // 0 parts letters that sound alike, H and W do not.
      let codes = Array("01230120022455012623010202".utf8)
      var (last, count): (UInt8, Int) = (0, 0)
      for index in 0..<text.count where count < 4 {
        let letter = (text[index] | 0x20) &- UInt8(ascii: "a")
        if letter >= 26 { continue }
        let code = codes[Int(letter)]
        let isSilent = letter == 7 || letter == 22
        if count == 0 {
          out.append(UInt8(ascii: "A") + letter)
          count = 1
        } else if code != UInt8(ascii: "0"), code != last {
          out.append(code)
          count += 1
        }
        if !isSilent { last = code }
      }
      while count > 0, count < 4 {
        out.append(UInt8(ascii: "0"))
        count += 1
      }
      return true
    },
  ]

  private static func scalars(_ view: StringView) -> [UInt32] {
    view.withBytes { ByteRun($0).scalars.map(\.value) }
  }

  /// One row of the table at a time; nil where the table is too large.
  private static func levenshtein(_ a: [UInt32], _ b: [UInt32]) -> Int64? {
    if a.isEmpty || b.isEmpty { return Int64(max(a.count, b.count)) }
    guard a.count.multiplied(b.count).map({ $0 <= 1_000_000 }) ?? false else { return nil }
    var costs = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = costs[0]
      costs[0] = i + 1
      for (j, y) in b.enumerated() {
        let changed = diagonal + (x == y ? 0 : 1)
        diagonal = costs[j + 1]
        costs[j + 1] = min(changed, min(costs[j], diagonal) + 1)
      }
    }
    return Int64(costs[b.count])
  }
}
