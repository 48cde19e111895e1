import LakeCore
import LakeTestSupport
import Testing

@Suite("ByteSink")
struct ByteSinkTests {
  @Test
  func keepsWhatIsAppendedInAnySizeOfPiece() throws {
    var sink = try ByteSink(capacity: 0)
    var expected: [UInt8] = []
    var random = SeededRandom(seed: 10)
    for index in 0..<2000 {
      let piece = (0..<Int(random.next() % 40)).map { _ in UInt8(truncatingIfNeeded: index) }
      switch index % 3 {
      case 0:
        try sink.append(0x2C)
        expected.append(0x2C)
      case 1:
        try piece.withUnsafeBytes {
          try $0.baseAddress.map { try sink.append($0, count: piece.count) }
        }
        expected += piece
      default:
        try sink.append("é€" as String)
        try sink.append(", " as StaticString)
        expected += Array("é€, ".utf8)
      }
    }
    #expect((0..<sink.count).map { sink.view[$0] } == expected)
    sink.truncate(to: 3)
    #expect(sink.count == 3 && sink.view[2] == expected[2])
    let capacity = sink.capacity
    sink.removeAll()
    #expect(sink.isEmpty && sink.capacity == capacity)
  }

  @Test
  func reservesRoomThatCanBeWrittenDirectly() throws {
    var sink = try ByteSink(capacity: 1)
    for value in 0..<1000 {
      try sink.reserve(IntegerText.byteCountMax)
      sink.advance(by: IntegerText.write(Int64(value), to: sink.cursor))
    }
    #expect(sink.view.text == (0..<1000).map(String.init).joined())
  }

  @Test
  func countsItsMemoryAndGivesItBack() throws {
    let tracker = MemoryTracker(name: "test", limit: 10_000)
    do {
      var sink = try ByteSink(capacity: 100, tracker: tracker)
      #expect(tracker.usedBytes == 100)
      try sink.reserve(1000)
      #expect(tracker.usedBytes == sink.capacity && sink.capacity >= 1000)
      try sink.append("kept" as StaticString)
      #expect(throws: LakeError.self) { try sink.reserve(20_000) }
      #expect(sink.view.text == "kept" && tracker.usedBytes == sink.capacity)
      #expect(throws: LakeError.self) { try sink.reserve(.max) }
    }
    #expect(tracker.usedBytes == 0)
  }
}
