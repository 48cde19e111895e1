import LakeCore
import Testing

/// Every promise of a vector is broken once, and the check says so.
@Suite("Broken vectors are noticed")
struct ColumnVectorInvariantTests {
  private func buffer<T: BitwiseCopyable>(_ values: [T], bytes: Int? = nil) throws -> Buffer {
    let buffer = try Buffer(byteCount: bytes ?? values.count * MemoryLayout<T>.stride)
    for (index, value) in values.enumerated() { buffer.pointer(as: T.self)[index] = value }
    return buffer
  }

  private func flat(
    _ type: DataType, _ values: FlatColumn.Values, count: Int, validity: Bitmap? = nil
  ) -> ColumnVector {
    ColumnVector(type: type, flat: FlatColumn(count: count, validity: validity, values: values))
  }

  private func expectBroken(_ vector: ColumnVector, _ message: String) {
    let error = #expect(throws: LakeError.self) { try vector.checkInvariants() }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "nothing")")
  }

  private func dictionary(
    _ indices: [UInt32], validity: Bitmap? = nil
  ) throws -> ColumnVector {
    let values = try ColumnVector.of(.bigint, [.int(1), .int(2)]).flattened()
    return ColumnVector(
      type: .bigint,
      dictionary: DictionaryColumn(
        count: indices.count, validity: validity, indices: try buffer(indices),
        dictionary: VectorDictionary(values: values)))
  }

  @Test func inFixedValues() throws {
    expectBroken(
      flat(.boolean, .fixed(try buffer([0, 2] as [UInt8])), count: 2), "boolean of row 1")
    expectBroken(flat(.bigint, .fixed(try buffer([1, 2] as [Int32])), count: 2), "too short")
    expectBroken(flat(.varchar, .fixed(try buffer([1, 2] as [Int32])), count: 2), "fixed values")
    expectBroken(
      flat(.decimal(precision: 3, scale: 1), .fixed(try buffer([1000] as [Int64])), count: 1),
      "more than 3 digits")
  }

  @Test func inBitmaps() throws {
    let values = FlatColumn.Values.fixed(try buffer([1, 2] as [Int64]))
    let tooLong = Bitmap(buffer: try buffer([1] as [UInt64]), count: 3)
    expectBroken(flat(.bigint, values, count: 2, validity: tooLong), "3 bits for 2 rows")
    let overhang = Bitmap(buffer: try buffer([0b1000] as [UInt64]), count: 2)
    expectBroken(flat(.bigint, values, count: 2, validity: overhang), "zeros and says")
  }

  @Test func inDictionaries() throws {
    try dictionary([0, 1]).checkInvariants()
    expectBroken(try dictionary([0, 2]), "index 2 of 2")
    let validity = Bitmap(buffer: try buffer([0b01] as [UInt64]), count: 2)
    expectBroken(try dictionary([0, 1], validity: validity), "null row 1 has the index 1")
  }

  @Test func inStrings() throws {
    let text = try buffer(Array("a text that no view can hold".utf8))
    let view = StringView(text.base, count: text.byteCount)
    let views = try buffer([view])
    try flat(.varchar, .strings(StringValues(views: views, owners: [text])), count: 1)
      .checkInvariants()
    expectBroken(
      flat(.varchar, .strings(StringValues(views: views, owners: [])), count: 1), "no owner")
    let prefix = StringView(head: view.head ^ 1 << 40, tail: view.tail)
    expectBroken(
      flat(.varchar, .strings(StringValues(views: try buffer([prefix]), owners: [text])), count: 1),
      "prefix")
    let dirty = StringView(head: 1 | 0x4161 << 32, tail: 0)
    expectBroken(
      flat(.varchar, .strings(StringValues(views: try buffer([dirty]), owners: [])), count: 1),
      "not zero")
  }

  @Test func inNestedValues() throws {
    let child = try ColumnVector.of(.bigint, [.int(1), .int(2)])
    let type = DataType.array(.bigint)
    let lists = { (offsets: [UInt32]) throws -> FlatColumn.Values in
      .list(ListValues(offsets: try buffer(offsets), child: child))
    }
    try flat(type, lists([0, 1, 2]), count: 2).checkInvariants()
    expectBroken(flat(type, try lists([0, 2, 1]), count: 2), "descend")
    expectBroken(flat(type, try lists([0, 1, 3]), count: 2), "behind the elements")
    expectBroken(flat(.array(.double), try lists([0, 1, 2]), count: 2), "elements of type bigint")
    let second = Bitmap(buffer: try buffer([0b01] as [UInt64]), count: 2)
    expectBroken(flat(type, try lists([0, 1, 2]), count: 2, validity: second), "has elements")
    let row = DataType.row([Field("a", .bigint)])
    expectBroken(flat(row, .row([]), count: 2), "0 of 1 members")
    expectBroken(flat(row, .row([child]), count: 1), "a has 2 of 1 rows")
  }
}

@Suite("Builders")
struct ColumnBuilderTests {
  @Test func valuesThatDoNotFitAreRefusedAndLeaveNothingBehind() throws {
    let type = DataType.row([Field("a", .tinyint), Field("b", .array(.varchar))])
    let builder = try ColumnBuilder(type)
    try builder.append(.row([.int(1), .list([.string("x")])]))
    for wrong in [
      Value.int(1), .row([.int(1)]), .row([.int(128), .null]), .row([.int(1), .list([.int(1)])]),
    ] {
      #expect(throws: LakeError.self) { try builder.append(wrong) }
    }
    try builder.append(.null)
    let vector = try builder.finish()
    try vector.checkInvariants()
    #expect(vector.allValues == [.row([.int(1), .list([.string("x")])]), .null])
    #expect(builder.count == 0)
    #expect(try builder.finish().count == 0)
  }

  @Test func decimalsKeepTheirPrecision() {
    let type = DataType.decimal(precision: 3, scale: 1)
    #expect(ColumnBuilder.accepts(.int(-999), as: type))
    #expect(!ColumnBuilder.accepts(.int(1000), as: type))
    #expect(!ColumnBuilder.accepts(.int128(1), as: type))
  }
}
