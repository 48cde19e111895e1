import LakeCore

/// The formats of text whose records can be read.
public enum TextFormat: String, Sendable, CaseIterable {
  case json
  case csv
  /// CSV with tabs.
  case tsv
  /// Plain text, a record a line.
  case text
}

extension TextFile {
  /// Opens a file and looks at its beginning: compression and format follow from the content. A
  /// format that is asked for is taken as said; the name counts only where the content leaves it
  /// open.
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
    let (sample, damage) = try TextFile.sample(of: source)
    if compression == .gzip, let inner = FileSignature(sample.bytes) {
      throw inner.notText(at: file.path)
    }
    self.format = try TextFile.format(of: sample, damage, as: format, csv, path: file.path)
  }

  /// The first bytes of the text, and what damage ended them. It is met again, and told, when the
  /// file is read.
  private static func sample(
    of source: any ByteSource
  ) throws(LakeError) -> (Chunk, damage: LakeError?) {
    let buffer = try Buffer(byteCount: JSONProbe.sampleBytes)
    var count = 0
    var damage: LakeError?
    while count < buffer.byteCount {
      do throws(LakeError) {
        let got = try source.read(into: buffer.base + count, count: buffer.byteCount - count)
        if got == 0 { break }
        count += got
      } catch {
        guard error.code == .corruptData else { throw error }
        damage = error
        break
      }
    }
    return (Chunk(buffer: buffer, start: 0, count: count, offset: 0), damage)
  }

  private static func format(
    of sample: Chunk, _ damage: LakeError?, as wanted: TextFormat?, _ csv: CSVReadOptions,
    path: String
  ) throws(LakeError) -> Format {
    if wanted == nil, isWhole(sample), isBlank(sample) {
      return .blank(BlankFile(byteCount: sample.count, damage: damage))
    }
    let format: TextFormat
    if let wanted { format = wanted } else { format = try guess(sample, csv, path: path) }
    switch format {
    case .json: return .json(JSONFileFormat(JSONProbe(sample)))
    case .csv: return .csv(csvFormat(of: sample, csv))
    case .tsv:
      var csv = csv
      csv.delimiter = csv.delimiter ?? UInt8(ascii: "\t")
      return .csv(csvFormat(of: sample, csv))
    case .text: return .text
    }
  }

  private static func csvFormat(of sample: Chunk, _ options: CSVReadOptions) -> CSVFileFormat {
    CSVProbe(sample, isWhole: isWhole(sample), options: options).format
  }

  /// Whether the sample is all of the text.
  private static func isWhole(_ sample: Chunk) -> Bool {
    sample.count < sample.buffer.byteCount
  }

  private static func isBlank(_ sample: Chunk) -> Bool {
    JSONScan.skipBlanks(JSONProbe.contentStart(of: sample)) >= sample.bytes.end
  }

  /// JSON where it begins like that; CSV where options speak of it or a table is to be seen; else
  /// lines of text. Where JSON begins with something else, or a table has one column, the name
  /// decides. Text has no zeros.
  private static func guess(
    _ sample: Chunk, _ csv: CSVReadOptions, path: String
  ) throws(LakeError) -> TextFormat {
    if JSONProbe.looksLikeJSON(sample) { return .json }
    if isNamed(path, [".json", ".ndjson", ".jsonl"]),
      JSONProbe.holdsRecordLine(sample) || JSONProbe.beginsWithValue(sample)
    {
      return .json
    }
    if sample.bytes.firstIndex(of: 0) != nil {
      throw LakeError(
        .unsupported, "the file holds zero bytes, which text does not", at: .file(path),
        hint: "Leave it out, or say with --from what it is if it is text nevertheless.")
    }
    if csv.describesCSV || isNamed(path, [".csv", ".tsv", ".tab", ".psv"]) { return .csv }
    return CSVProbe(sample, isWhole: isWhole(sample), options: csv).isTable ? .csv : .text
  }

  /// Whether a path ends like that, but for a `.gz`.
  private static func isNamed(_ path: String, _ extensions: [String]) -> Bool {
    var name = Path.lastComponent(of: path).lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    return extensions.contains { name.hasSuffix($0) }
  }
}
