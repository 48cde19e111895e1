import LakeCore

/// The formats of text whose records can be read.
public enum TextFormat: String, Sendable, CaseIterable {
  case json
  case csv
  /// CSV with tabs.
  case tsv
}

extension TextFile {
  /// Opens a file and looks at its beginning: compression and format follow from the content, never
  /// from the name. A format that is asked for is taken as said.
  package static func open(
    _ path: String, as format: TextFormat? = nil, csv: CSVReadOptions = CSVReadOptions(),
    in fileSystem: any FileSystem, libraries: CodecLibraries
  ) throws(LakeError) -> TextFile {
    let file = try fileSystem.openForReading(path)
    return try TextFile(file, as: format, csv: csv, libraries: libraries)
  }

  /// Looks at the beginning of a file that is open.
  package init(
    _ file: any ReadableFile, as format: TextFormat? = nil,
    csv: CSVReadOptions = CSVReadOptions(), libraries: CodecLibraries
  ) throws(LakeError) {
    self.file = file
    self.libraries = libraries
    path = file.path
    size = try file.status().size
    let head = try Buffer(byteCount: FileSignature.byteCount)
    let headCount = try file.read(into: head.base, count: head.byteCount, at: 0)
    let signature = FileSignature(ByteView(head, count: headCount))
    compression = signature == .gzip ? .gzip : .none
    let source: any ByteSource
    switch signature {
    case nil: source = PlainSource(file)
    case .gzip: source = try GzipStreamReader(PlainSource(file), path: file.path, tracker: nil)
    case .some(let other): throw other.notText(at: file.path)
    }
    let sample = try TextFile.sample(of: source)
    if compression == .gzip, let inner = FileSignature(sample.bytes) {
      throw inner.notText(at: file.path)
    }
    self.format = try TextFile.format(of: sample, as: format, csv, path: file.path)
  }

  /// The first bytes of the text. Damage in them is met again, and told, when the file is read.
  private static func sample(of source: any ByteSource) throws(LakeError) -> Chunk {
    let buffer = try Buffer(byteCount: JSONProbe.sampleBytes)
    var count = 0
    while count < buffer.byteCount {
      do throws(LakeError) {
        let got = try source.read(into: buffer.base + count, count: buffer.byteCount - count)
        if got == 0 { break }
        count += got
      } catch {
        guard error.code == .corruptData else { throw error }
        break
      }
    }
    return Chunk(buffer: buffer, start: 0, count: count, offset: 0)
  }

  private static func format(
    of sample: Chunk, as wanted: TextFormat?, _ csv: CSVReadOptions, path: String
  ) throws(LakeError) -> Format {
    switch wanted ?? guess(sample) {
    case .json: return .json(JSONFileFormat(JSONProbe(sample)))
    case .csv: return .csv(csvFormat(of: sample, csv))
    case .tsv:
      var csv = csv
      csv.delimiter = csv.delimiter ?? UInt8(ascii: "\t")
      return .csv(csvFormat(of: sample, csv))
    case nil:
      throw LakeError(
        .unsupported, "the file's format is not known", at: .file(path),
        hint: "Say what it is with --from.")
    }
  }

  private static func csvFormat(of sample: Chunk, _ options: CSVReadOptions) -> CSVFileFormat {
    let isWhole = sample.count < sample.buffer.byteCount
    return CSVProbe(sample, isWhole: isWhole, options: options).format
  }

  /// JSON where it begins like that, else CSV: text of any kind is at least one column. Zeros and
  /// blanks alone are neither.
  private static func guess(_ sample: Chunk) -> TextFormat? {
    if JSONProbe.looksLikeJSON(sample) { return .json }
    let isBlank = JSONScan.skipBlanks(sample.bytes.start) >= sample.bytes.end
    return isBlank || sample.bytes.firstIndex(of: 0) != nil ? nil : .csv
  }
}
