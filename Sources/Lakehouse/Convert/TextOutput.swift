import LakeCore
import LakeFormats

/// Rows as text: batches are encoded, and compressed, by the workers; the blocks that come of it
/// are written in order.
struct TextOutput: ConversionOutput {
  private let target: any OutputTarget
  private let encoding: BlockEncoding
  private let counter = ByteCounter()

  init(
    target: any OutputTarget, format: Conversion.OutputFormat, schema: Schema, isCompressed: Bool,
    libraries: CodecLibraries, memory: MemoryTracker
  ) throws(LakeError) {
    self.target = target
    let writer: BlockEncoding.Writer
    switch format {
    case .ndjson: writer = .json(try JSONEncoder(schema: schema))
    case .csv: writer = .csv(CSVEncoder(schema: schema))
    case .tsv: writer = .csv(CSVEncoder(schema: schema, delimiter: UInt8(ascii: "\t")))
    case .parquet: throw LakeError(.internal, "Parquet is no text")
    }
    encoding = BlockEncoding(
      writer: writer, hasColumns: !schema.fields.isEmpty, isCompressed: isCompressed,
      libraries: libraries, memory: memory)
  }

  var byteCount: Int { counter.count }

  /// Makes a block of a batch; runs on the workers.
  var encoder: @Sendable (Batch) throws -> EncodedBlock {
    { [encoding] batch in try encoding.encode(batch) }
  }

  /// Writes what stands before the first row.
  func begin() throws(LakeError) {
    if let header = try encoding.header() { try write(header) }
  }

  func write(_ block: EncodedBlock) throws(LakeError) {
    counter.count += block.count
    try block.write(to: target)
  }

  func commit() throws(LakeError) { try target.commit() }

  private final class ByteCounter {
    var count = 0
  }
}

/// How batches become bytes.
struct BlockEncoding: Sendable {
  enum Writer: Sendable {
    case json(JSONEncoder)
    case csv(CSVEncoder)
  }

  let writer: Writer
  /// Without columns CSV has no header.
  let hasColumns: Bool
  let isCompressed: Bool
  let libraries: CodecLibraries
  let memory: MemoryTracker

  func header() throws(LakeError) -> EncodedBlock? {
    guard case .csv(let encoder) = writer, hasColumns else { return nil }
    var sink = try ByteSink(tracker: memory)
    try encoder.appendHeader(to: &sink)
    return try finish(sink)
  }

  func encode(_ batch: Batch) throws(LakeError) -> EncodedBlock {
    var sink = try ByteSink(capacity: 64 << 10, tracker: memory)
    switch writer {
    case .json(let encoder): try encoder.append(batch, to: &sink)
    case .csv(let encoder): try encoder.append(batch, to: &sink)
    }
    return try finish(sink)
  }

  /// Each block is a gzip member of its own: a file of several is a gzip file like any other.
  func finish(_ sink: consuming ByteSink) throws(LakeError) -> EncodedBlock {
    guard isCompressed else { return EncodedBlock(sink) }
    let compressor = try BlockCompressor(.gzip, level: 6, libraries: libraries)
    var compressed = try ByteSink(capacity: sink.count / 4 + 64, tracker: memory)
    try compressor.compress(sink.view, into: &compressed)
    return EncodedBlock(compressed)
  }
}

/// Bytes on their way from a worker to the file.
// @unchecked Sendable: made by one thread, then handed to another and never changed.
final class EncodedBlock: @unchecked Sendable {
  private let sink: ByteSink

  init(_ sink: consuming ByteSink) {
    self.sink = sink
  }

  var count: Int { sink.count }

  func write(to target: any OutputTarget) throws(LakeError) {
    let view = sink.view
    try target.write(UnsafeRawBufferPointer(start: view.start, count: view.count))
  }
}
