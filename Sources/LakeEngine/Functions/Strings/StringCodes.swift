import LakeCore

/// Characters by number, Base64, and escapes of URLs.
extension ScalarFunctions {
  static let stringCodes: [FunctionDefinition] = [
    FunctionDefinition(
      "chr", "char", description: "The character of a code point",
      overloads: [
        Overload([.bigint], .varchar) { call in
          let codes = try call.input(0, as: Int64.self)
          let error = call.failure("there is no character of this number")
          return try call.texts(error: error) { row, out in
            guard let scalar = UInt32(exactly: codes[row]).flatMap({ Unicode.Scalar($0) }) else {
              return .failed
            }
            out.append(scalar)
            return .text
          }
        }
      ]),
    FunctionDefinition(
      "codepoint", description: "The code point of a text of one character",
      overloads: [
        Overload([.varchar], .integer) { call in
          let texts = try call.strings(0)
          return try call.checked(Int32.self, error: call.failure("not one character")) { row in
            texts[row].withBytes { raw in
              let scalars = ByteRun(raw).scalars
              guard scalars.count == 1, let first = scalars.first else { return nil }
              return Int32(first.value)
            }
          }
        }
      ]),
    FunctionDefinition(
      "ascii", description: "The code point of the first character, or 0",
      overloads: [
        Overload([.varchar], .integer) { call in
          let texts = try call.strings(0)
          return try call.values(Int32.self) { row in
            texts[row].withBytes { ByteRun($0).scalars.first.map { Int32($0.value) } ?? 0 }
          }
        }
      ]),
    base64("to_base64", "base64", "Bytes as Base64", isURL: false),
    base64("to_base64url", nil, "Bytes as Base64 in letters that URLs can hold", isURL: true),
    .text(
      "from_base64", "unbase64", description: "The bytes that Base64 stands for",
      failure: "the text is no Base64", result: .varbinary
    ) { decode($0, &$1, isURL: false) },
    .text(
      "from_base64url", description: "The bytes that Base64 of URLs stands for",
      failure: "the text is no Base64", result: .varbinary
    ) { decode($0, &$1, isURL: true) },
    .text("url_encode", description: "The text with everything escaped that a URL cannot hold") {
      text, out in
      for index in 0..<text.count {
        let byte = text[index]
        if isUnreserved(byte) {
          out.append(byte)
        } else if byte == 0x20 {
          out.append(UInt8(ascii: "+"))
        } else {
          out.append(UInt8(ascii: "%"))
          out.append(hexDigit(byte &>> 4))
          out.append(hexDigit(byte & 15))
        }
      }
      return true
    },
    .text(
      "url_decode", description: "The text that a part of a URL stands for",
      failure: "a '%' without two digits"
    ) {
      text, out in
      var place = 0
      while place < text.count {
        let byte = text[place]
        place += 1
        guard byte == UInt8(ascii: "%") else {
          out.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
          continue
        }
        guard place + 2 <= text.count, let high = hexValue(text[place]),
          let low = hexValue(text[place + 1])
        else { return false }
        out.append(high &<< 4 | low)
        place += 2
      }
      return true
    },
    .text("initcap", description: "The text with each word begun by a capital, the rest small") {
      text, out in
      var isInside = false
      for scalar in text.scalars {
        let isLetter = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        let mapped =
          isInside ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
        out.append(isLetter ? mapped : String(scalar))
        isInside = isLetter
      }
      return true
    },
  ]

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
      || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
      || byte == UInt8(ascii: "*")
  }

  static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }

  static func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  private static func base64(
    _ name: String, _ alias: String?, _ description: String, isURL: Bool
  ) -> FunctionDefinition {
    let body: FunctionBody = { call in
      let inputs = try call.strings(0)
      return try call.texts { row, out in
        inputs[row].withBytes { raw in
          guard let bytes = ByteView(raw), !bytes.isEmpty else { return .text }
          guard let room = out.room(for: Base64.encodedCount(bytes.count)) else { return .failed }
          let count = Base64.encode(bytes, into: room)
          for index in 0..<count where isURL {
            if room[index] == UInt8(ascii: "+") { room[index] = UInt8(ascii: "-") }
            if room[index] == UInt8(ascii: "/") { room[index] = UInt8(ascii: "_") }
          }
          out.advance(by: count)
          return .text
        }
      }
    }
    return FunctionDefinition(
      names: [name] + (alias.map { [$0] } ?? []), description: description,
      overloads: [Overload([.varbinary], .varchar, body), Overload([.varchar], .varchar, body)])
  }

  private static func decode(_ text: ByteRun, _ out: inout ByteScratch, isURL: Bool) -> Bool {
    var (bits, count): (UInt32, Int) = (0, 0)
    var isOver = false
    for index in 0..<text.count {
      let byte = text[index]
      if byte == UInt8(ascii: "=") {
        isOver = true
        continue
      }
      guard !isOver, let digit = sextet(byte, isURL) else { return false }
      bits = bits &<< 6 | UInt32(digit)
      count += 1
      if count == 4 {
        for shift: UInt32 in [16, 8, 0] { out.append(UInt8(truncatingIfNeeded: bits &>> shift)) }
        (bits, count) = (0, 0)
      }
    }
    switch count {
    case 0: return true
    case 2: out.append(UInt8(truncatingIfNeeded: bits &>> 4))
    case 3:
      out.append(UInt8(truncatingIfNeeded: bits &>> 10))
      out.append(UInt8(truncatingIfNeeded: bits &>> 2))
    default: return false
    }
    return true
  }

  private static func sextet(_ byte: UInt8, _ isURL: Bool) -> UInt8? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+") where !isURL, UInt8(ascii: "-") where isURL: 62
    case UInt8(ascii: "/") where !isURL, UInt8(ascii: "_") where isURL: 63
    default: nil
    }
  }
}
