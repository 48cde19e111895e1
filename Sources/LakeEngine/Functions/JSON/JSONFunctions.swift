import LakeCore

/// Parts of JSON texts. A text that is no JSON has no parts: null.
extension ScalarFunctions {
  static let json: [FunctionDefinition] = [
    FunctionDefinition(
      "json_extract", "json_query",
      description: "What a path leads to, as JSON; null where there is nothing",
      overloads: texts.map { type in Overload([type, .varchar], .json) { try extract($0) } }),
    FunctionDefinition(
      "json_extract_scalar", "json_value", "json_extract_string",
      description: "The text, number or boolean that a path leads to, as text; else null",
      overloads: texts.map { type in
        Overload([type, .varchar], .varchar) { try extractScalar($0, isLoose: false) }
      }),
    FunctionDefinition(
      "get_json_object",
      description: "As json_extract_scalar; of arrays and objects, their JSON as text",
      overloads: texts.map { type in
        Overload([type, .varchar], .varchar) { try extractScalar($0, isLoose: true) }
      }),
    FunctionDefinition(
      "json_exists", description: "Whether a path leads to anything",
      overloads: texts.map { type in
        Overload([type, .varchar], .boolean) { call in
          let reader = try JSONReader(call)
          return try call.optional(UInt8.self) { row in
            var found = false
            let isJSON = reader.forEachMatch(row) { _, _ in
              found = true
              return false
            }
            return isJSON ? (found ? 1 : 0) : nil
          }.refusing(reader, call)
        }
      }),
    FunctionDefinition(
      "json_size", description: "How many members what a path leads to has; 0 for scalars",
      overloads: texts.map { type in
        Overload([type, .varchar], .bigint) { call in
          let reader = try JSONReader(call)
          return try call.optional(Int64.self) { row in
            var size: Int64?
            reader.forEachMatch(row) { scan, range in
              size = memberCount(scan, range.lowerBound)
              return false
            }
            return size
          }.refusing(reader, call)
        }
      }),
    FunctionDefinition(
      "json_array_length", description: "How many elements a JSON array has; null for others",
      overloads: texts.map { type in
        Overload([type], .bigint) { call in
          let texts = try call.strings(0)
          return try call.optional(Int64.self) { row in
            texts[row].withBytes { raw in
              let scan = JSONCursor(raw)
              var total: Int64 = 0
              let isArray = scan.forEachElement(scan.skippingBlanks(0)) { _ in
                total += 1
                return true
              }
              return isArray ? total : nil
            }
          }
        }
      }),
    FunctionDefinition(
      "json_array_get", description: "The element of a JSON array at a place, from 0 or the end",
      overloads: texts.map { type in Overload([type, .bigint], .json) { try arrayElement($0) } }),
    FunctionDefinition(
      "json_array_contains", description: "Whether a JSON array has a scalar among its elements",
      overloads: texts.flatMap { text in
        [.boolean, .bigint, .double, .varchar].map { (value: DataType) in
          Overload([text, value], .boolean) { try arrayContains($0) }
        }
      }),
    FunctionDefinition(
      "json_object_keys", description: "The names of the members of a JSON object; null for others",
      overloads: texts.map { type in
        Overload([type], .array(.varchar)) { try objectKeys($0) }
      }),
    FunctionDefinition(
      "json_parse", description: "The JSON that a text is, with members ordered by name",
      overloads: [Overload([.varchar], .json) { try parse($0) }]),
    FunctionDefinition(
      "json_format", "to_json", description: "A JSON value as text",
      overloads: [
        Overload([.json], .varchar) { call in
          let texts = try call.strings(0)
          return try call.pieces(of: texts) { texts[$0] }
        }
      ]),
    FunctionDefinition(
      "is_json_scalar", description: "Whether a JSON value is neither an array nor an object",
      overloads: texts.map { type in
        Overload([type], .boolean) { call in
          let texts = try call.strings(0)
          return try call.values(UInt8.self) { row in
            texts[row].withBytes { raw in
              let scan = JSONCursor(raw)
              let first = scan.byte(scan.skippingBlanks(0))
              return first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? 0 : 1
            }
          }
        }
      }),
  ]

  private static let texts: [DataType] = [.varchar, .json]

  static func memberCount(_ scan: JSONCursor, _ place: Int) -> Int64? {
    var total: Int64 = 0
    switch scan.byte(place) {
    case UInt8(ascii: "["):
      let isWhole = scan.forEachElement(place) { _ in
        total += 1
        return true
      }
      return isWhole ? total : nil
    case UInt8(ascii: "{"):
      let isWhole = scan.forEachMember(place) { _, _ in
        total += 1
        return true
      }
      return isWhole ? total : nil
    default: return 0
    }
  }

  private static func extract(_ call: FunctionCall) throws -> CheckedVector {
    let reader = try JSONReader(call)
    return try call.texts(error: reader.error(call)) { row, out in
      guard let path = reader.path(row) else { return .failed }
      var matches: [[UInt8]] = []
      let isJSON = reader.forEachMatch(row) { scan, range in
        guard let bytes = JSONCompaction.bytes(scan, range) else {
          matches = []
          return false
        }
        matches.append(bytes)
        return path.hasWildcard
      }
      if path.hasWildcard {
        if !isJSON { return .null }
        out.append(UInt8(ascii: "["))
        for (index, match) in matches.enumerated() {
          if index > 0 { out.append(UInt8(ascii: ",")) }
          match.withUnsafeBytes { out.append($0) }
        }
        out.append(UInt8(ascii: "]"))
        return .text
      }
      guard let match = matches.first else { return .null }
      match.withUnsafeBytes { out.append($0) }
      return .text
    }
  }

  private static func extractScalar(
    _ call: FunctionCall, isLoose: Bool
  ) throws -> CheckedVector {
    let reader = try JSONReader(call)
    return try call.texts(error: reader.error(call)) { row, out in
      guard let path = reader.path(row) else { return .failed }
      if path.hasWildcard, !isLoose { return .null }
      var matches: [[UInt8]] = []
      var isScalar = false
      reader.forEachMatch(row) { scan, range in
        let text = scan.scalarText(range)
        isScalar = text != nil
        if let text = text ?? (isLoose ? JSONCompaction.bytes(scan, range) : nil) {
          matches.append(path.hasWildcard ? JSONCompaction.bytes(scan, range) ?? [] : text)
        }
        return path.hasWildcard
      }
      if path.hasWildcard, matches.count > 1 {
        out.append("[" + matches.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ","))
        out.append(UInt8(ascii: "]"))
        return .text
      }
      guard let match = matches.first else { return .null }
      if isScalar, match.elementsEqual("null".utf8), reader.isNull(row) { return .null }
      match.withUnsafeBytes { out.append($0) }
      return .text
    }
  }

  private static func parse(_ call: FunctionCall) throws -> CheckedVector {
    let texts = try call.strings(0)
    let error = call.failure("the text is no JSON")
    return try call.texts(error: error) { row, out in
      let bytes = texts[row].withBytes { Array($0) }
      guard let value = try? JSONValue(parsing: bytes) else { return .failed }
      var sorted: [UInt8] = []
      value.sortedByName.write(to: &sorted)
      sorted.withUnsafeBytes { out.append($0) }
      return .text
    }
  }

  private static func arrayElement(_ call: FunctionCall) throws -> CheckedVector {
    let (texts, places) = (try call.strings(0), try call.input(1, as: Int64.self))
    return try call.texts { row, out in
      texts[row].withBytes { raw in
        let scan = JSONCursor(raw)
        var elements: [Range<Int>] = []
        let isArray = scan.forEachElement(scan.skippingBlanks(0)) { range in
          elements.append(range)
          return true
        }
        let place = places[row] < 0 ? places[row] &+ Int64(elements.count) : places[row]
        guard isArray, place >= 0, place < Int64(elements.count),
          let bytes = JSONCompaction.bytes(scan, elements[Int(place)])
        else { return .null }
        bytes.withUnsafeBytes { out.append($0) }
        return .text
      }
    }
  }

  private static func objectKeys(_ call: FunctionCall) throws -> CheckedVector {
    let texts = try call.strings(0)
    let lists = try ColumnBuilder(call.result, tracker: call.tracker)
    let validity = try call.validity()
    for row in 0..<call.rowCount {
      var names: [Value] = []
      let isObject = texts[row].withBytes { raw in
        let scan = JSONCursor(raw)
        return scan.forEachMember(scan.skippingBlanks(0)) { name, _ in
          names.append(.string(String(decoding: scan.decoded(name) ?? [], as: UTF8.self)))
          return true
        }
      }
      let isValid = validity.map { $0[row] } ?? true
      try lists.append(isObject && isValid ? .list(names) : .null)
    }
    return CheckedVector(try lists.finish())
  }
}
