import LakeCore

/// Evidence as bytes, so that it can be kept: numbers of seven bits a byte, texts with their length
/// in front. What is kept may be anybody's bytes by the time it is read: a text that does not hold
/// what it says is no evidence, and its file is read again.
extension FileEvidence {
  /// Changes with everything that changes what the numbers mean.
  private static let codingVersion: UInt8 = 1

  package func encoded() -> [UInt8] {
    var bytes = [FileEvidence.codingVersion]
    FileEvidence.append(recordCount, to: &bytes)
    FileEvidence.append(columns.count, to: &bytes)
    for column in columns { FileEvidence.append(column, to: &bytes) }
    let texts = emptyTexts.sorted()
    FileEvidence.append(texts.count, to: &bytes)
    for text in texts { FileEvidence.append(text, to: &bytes) }
    FileEvidence.append(declared.count, to: &bytes)
    for column in declared {
      FileEvidence.append(column.field.name, to: &bytes)
      FileEvidence.append(column.field.type.spelled(.trino), to: &bytes)
      FileEvidence.append(column.nullCount.map { $0 + 1 } ?? 0, to: &bytes)
    }
    return bytes
  }

  /// Nil where the bytes are no evidence that this program has written.
  package init?(encoded bytes: [UInt8]) {
    self.init()
    guard bytes.first == FileEvidence.codingVersion else { return nil }
    var reader = EvidenceReader(bytes: bytes, offset: 1)
    guard let recordCount = reader.number(), let columns = reader.members(depth: 0),
      let count = reader.number()
    else { return nil }
    self.recordCount = recordCount
    self.columns = columns
    for _ in 0..<count {
      guard let text = reader.text() else { return nil }
      emptyTexts.insert(text)
    }
    guard let declared = reader.declared(), reader.isAtEnd else { return nil }
    self.declared = declared
  }

  private static func append(_ number: Int, to bytes: inout [UInt8]) {
    var rest = UInt(bitPattern: number)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    append(text.utf8.count, to: &bytes)
    bytes += Array(text.utf8)
  }

  private static func append(_ member: TypeEvidence.Member, to bytes: inout [UInt8]) {
    append(member.name, to: &bytes)
    append(member.evidence, to: &bytes)
  }

  private static func append(_ evidence: TypeEvidence, to bytes: inout [UInt8]) {
    let kinds = evidence.counts.indices.filter { evidence.counts[$0] != 0 }
    append(kinds.count, to: &bytes)
    for kind in kinds {
      append(kind, to: &bytes)
      append(evidence.counts[kind], to: &bytes)
    }
    append(evidence.integerDigitsMax, to: &bytes)
    append(evidence.scaleMax, to: &bytes)
    append(evidence.hasTooManyMembers ? 1 : 0, to: &bytes)
    append(evidence.members.count, to: &bytes)
    for member in evidence.members { append(member, to: &bytes) }
    append(evidence.element.count, to: &bytes)
    for element in evidence.element { append(element, to: &bytes) }
  }
}

private struct EvidenceReader {
  let bytes: [UInt8]
  var offset: Int
  /// Far more than a file has, and so few that many of them can be added up.
  private static let countMax = 1 << 40

  var isAtEnd: Bool { offset == bytes.count }

  init(bytes: [UInt8], offset: Int) {
    self.bytes = bytes
    self.offset = offset
  }

  mutating func number() -> Int? {
    var value: UInt = 0
    for shift in stride(from: UInt(0), to: 63, by: 7) {
      guard offset < bytes.count else { return nil }
      let byte = bytes[offset]
      offset += 1
      value |= UInt(byte & 0x7F) << shift
      if byte < 0x80 { return value <= UInt(EvidenceReader.countMax) ? Int(value) : nil }
    }
    return nil
  }

  mutating func text() -> String? {
    guard let count = number(), count <= bytes.count - offset else { return nil }
    defer { offset += count }
    return String(validating: bytes[offset..<(offset + count)], as: UTF8.self)
  }

  mutating func declared() -> [FileEvidence.DeclaredColumn]? {
    guard let count = number(), count <= bytes.count - offset else { return nil }
    var columns: [FileEvidence.DeclaredColumn] = []
    for _ in 0..<count {
      guard let name = text(), let type = text().flatMap({ try? DataType(parsing: $0) }),
        let nullCount = number()
      else { return nil }
      columns.append(
        FileEvidence.DeclaredColumn(
          field: Field(name, type), nullCount: nullCount == 0 ? nil : nullCount - 1))
    }
    return columns
  }

  mutating func members(depth: Int) -> [TypeEvidence.Member]? {
    // Each member takes several bytes, so a count that lies is found out.
    guard let count = number(), count <= bytes.count - offset else { return nil }
    var members: [TypeEvidence.Member] = []
    for _ in 0..<count {
      guard let name = text(), let evidence = evidence(depth: depth) else { return nil }
      members.append(TypeEvidence.Member(name: name, evidence: evidence))
    }
    return members
  }

  private mutating func evidence(depth: Int) -> TypeEvidence? {
    guard depth <= JSONLimits.depthMax, let kindCount = number(),
      kindCount <= TypeEvidence.Kind.stride
    else { return nil }
    var evidence = TypeEvidence()
    for _ in 0..<kindCount {
      guard let kind = number(), evidence.counts.indices.contains(kind), let count = number()
      else { return nil }
      evidence.counts[kind] = count
    }
    guard let digits = number(), let scale = number(), let tooMany = number(),
      let members = members(depth: depth + 1), let elementCount = number(), elementCount <= 1
    else { return nil }
    evidence.integerDigitsMax = digits
    evidence.scaleMax = scale
    evidence.hasTooManyMembers = tooMany != 0
    evidence.members = members
    if elementCount == 1 {
      guard let element = self.evidence(depth: depth + 1) else { return nil }
      evidence.element = [element]
    }
    return evidence
  }
}
