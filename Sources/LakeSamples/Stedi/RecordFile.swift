import LakeCore

/// A landing file while it is being written: records into a buffer, the buffer into the file, and
/// between records whatever the form of the file asks for.
///
/// The loop that writes records holds the value in a local variable:
///
///     while let event = walk.next() {
///       file.beginRecord()
///       file.cursor.append(…)
///       file.endRecord()
///       try file.makeRoom()
///     }
///     try file.finish()
struct RecordFile {
  private static let bufferBytes = 1 << 20
  /// More than what is written between two calls of `makeRoom`.
  private static let roomBytes = 1 << 13

  var cursor: ByteCursor
  private(set) var recordCount = 0
  private(set) var rejectCount = 0
  private(set) var byteCount = 0
  private let buffer: Buffer
  private let start: UnsafeMutablePointer<UInt8>
  private let limit: UnsafeMutablePointer<UInt8>
  private let file: any WritableFile
  private let form: FileForm
  private let separator: (UInt8, UInt8, count: Int)
  /// The beginning of a record, by default of the first, with which a file ends that is cut off.
  private var fragment: [UInt8] = []
  private var reportedRecords = 0
  private let cancellation: CancellationFlag
  private let progress: StediGenerator.Progress

  init(
    _ file: any WritableFile, form: FileForm, memory: MemoryTracker,
    cancellation: CancellationFlag, progress: @escaping StediGenerator.Progress
  ) throws {
    buffer = try Buffer(byteCount: RecordFile.bufferBytes, tracker: memory)
    start = buffer.pointer(as: UInt8.self)
    limit = start + (RecordFile.bufferBytes - RecordFile.roomBytes)
    cursor = ByteCursor(position: start)
    self.file = file
    self.form = form
    self.cancellation = cancellation
    self.progress = progress
    let lineEnd = UInt8(ascii: "\n")
    switch form {
    case .whole, .cut: separator = (lineEnd, 0, 1)
    case .commas: separator = (UInt8(ascii: ","), lineEnd, 2)
    case .glued: separator = (0, 0, 0)
    }
  }

  @inline(__always)
  mutating func beginRecord() {
    guard recordCount > 0 else { return }
    cursor.position[0] = separator.0
    cursor.position[1] = separator.1
    cursor.position += separator.count
  }

  @inline(__always)
  mutating func endRecord() {
    recordCount += 1
    if recordCount == 1, fragment.isEmpty { keepFragment() }
  }

  @inline(__always)
  mutating func makeRoom() throws {
    if cursor.position >= limit { try flush() }
  }

  /// Writes the end that the form asks for, and closes.
  mutating func finish() throws {
    if recordCount > 0, form != .glued { cursor.append(UInt8(ascii: "\n")) }
    if form == .cut, recordCount > 0 {
      for byte in fragment { cursor.append(byte) }
      rejectCount = 1
    }
    try flush()
    try file.close()
  }

  /// Has a file that is cut off end with all of what `write` makes rather than with half of its
  /// first record. Called before the first record.
  mutating func keepFragment(_ write: (inout ByteCursor) -> Void) {
    guard form == .cut, recordCount == 0 else { return }
    write(&cursor)
    fragment = Array(UnsafeBufferPointer(start: start, count: cursor.position - start))
    cursor.position = start
  }

  /// Called with the first record, and nothing else, in the buffer.
  private mutating func keepFragment() {
    guard form == .cut else { return }
    fragment = Array(UnsafeBufferPointer(start: start, count: (cursor.position - start) / 2))
  }

  private mutating func flush() throws {
    try cancellation.check()
    let count = cursor.position - start
    precondition(count <= RecordFile.bufferBytes)
    try file.write(UnsafeRawBufferPointer(start: start, count: count))
    byteCount += count
    cursor.position = start
    progress(recordCount - reportedRecords, count)
    reportedRecords = recordCount
  }
}
