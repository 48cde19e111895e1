import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

@Suite("Whether a Parquet file can stand among our own")
struct ParquetLikenessTests {
  private func file(
    _ type: DataType, _ values: [Value], _ options: ParquetWriteOptions = .init()
  ) throws -> ParquetFile {
    let column = try ColumnVector.of(type, values)
    let (bytes, _) = try ParquetTrip.write(
      Schema([Field("a", type)]), [Batch(columns: [column], rowCount: values.count)], options)
    let folder = try TemporaryDirectory()
    return try ParquetFile.open(
      try folder.write(bytes, to: "a.parquet"), in: LocalFileSystem(),
      libraries: CodecLibraries(), tracker: nil)
  }

  @Test(arguments: SeededRandom.scalarTypes.filter { ParquetTrip.isWritable($0) && $0 != .unseen })
  func ourOwnFilesAreLikeOurOwn(type: DataType) throws {
    var random = SeededRandom(seed: 3)
    let values = (0..<50).map { _ in random.value(type) }
    #expect(try file(type, values).strangeness(ofColumn: 0, as: type) == nil, "\(type)")
    let list = try file(.array(type), [.list(values), .null, .list([])])
    #expect(try list.strangeness(ofColumn: 0, as: .array(type)) == nil || type.isNarrow, "\(type)")
  }

  @Test func nestedColumnsAreComparedToTheirLeaves() throws {
    let type = DataType.map(
      key: .varchar, value: .row([Field("x", .array(.bigint)), Field("y", .double)]))
    let other = DataType.map(
      key: .varchar, value: .row([Field("x", .array(.integer)), Field("y", .double)]))
    let nested = try file(type, [.null, .list([])])
    #expect(try nested.strangeness(ofColumn: 0, as: type) == nil)
    #expect(try nested.strangeness(ofColumn: 0, as: other) == "it is bigint")
    #expect(try nested.strangeness(ofColumn: 0, as: .varchar)?.hasPrefix("it is map") == true)
  }

  @Test func typesAndEncodingsThatNotAllReadersKnowAreStrange() throws {
    let numbers: [Value] = [.int(1), .int(2)]
    let file = try file(.integer, numbers)
    #expect(try file.strangeness(ofColumn: 0, as: .bigint) == "it is integer")
    var options = ParquetWriteOptions()
    options.encodings = ["a": .byteStreamSplit]
    #expect(
      try self.file(.bigint, numbers, options).strangeness(ofColumn: 0, as: .bigint)
        == "it is encoded as BYTE_STREAM_SPLIT")
    options.encodings = ["a": .deltaByteArray]
    #expect(
      try self.file(.varchar, [.string("x")], options).strangeness(ofColumn: 0, as: .varchar)
        == "it is encoded as DELTA_BYTE_ARRAY")
    options.encodings = ["a": .deltaBinaryPacked]
    #expect(
      try self.file(.bigint, numbers, options).strangeness(ofColumn: 0, as: .bigint) == nil)
  }

  // MARK: - Proof

  @Test func theFooterProvesBoundsOverAllRowGroups() throws {
    var options = ParquetWriteOptions()
    options.rowGroupRowsMax = 2
    let values: [Value] = [.int(5), .null, .null, .null, .int(-7), .int(3)]
    let proof = try file(.bigint, values, options).proof(ofColumn: 0)
    #expect(proof.minimum == .int(-7))
    #expect(proof.maximum == .int(5))
    #expect(proof.nullCount == 3)
  }

  @Test func numbersWithAFractionHaveNoBoundsSinceOneMayBeNaN() throws {
    let proof = try file(.double, [.double(1), .double(2), .null]).proof(ofColumn: 0)
    #expect(proof.minimum == nil)
    #expect(proof.maximum == nil)
    #expect(proof.nullCount == 1)
  }

  @Test func textHasBoundsWhereTheFooterSaysThatNothingWasCut() throws {
    let short = try file(.varchar, [.string("b"), .string("a")]).proof(ofColumn: 0)
    #expect(short.minimum == .string("a"))
    #expect(short.maximum == .string("b"))
    let long = String(repeating: "z", count: 200)
    let cut = try file(.varchar, [.string("a"), .string(long)]).proof(ofColumn: 0)
    #expect(cut.minimum == nil)
    #expect(cut.maximum == nil)
    #expect(cut.nullCount == 0)
  }
}

extension DataType {
  /// Whether values lie in a wider type, so that only bounds show that they fit: there is a doubt
  /// where lists have none.
  fileprivate var isNarrow: Bool {
    switch self {
    case .tinyint, .smallint, .decimal: true
    default: false
    }
  }
}
