import LakeCore
import LakeFormats

/// A table of text files: JSON, CSV or plain text, compressed or not.
package struct TextTableSource: TableSource {
  /// In the order of their rows: by the bytes of their paths.
  package var files: [SourceFile]
  /// Nil: told from the content of each file.
  package var format: TextFormat?
  package var csv: CSVReadOptions
  package var onError: ErrorPolicy
  package var sizes = ChunkSizes()
  package var observer: ScanObserver?
  /// Whether a record is a reject also where only a column does not fit that nobody asks for. Then
  /// all readers of a table see the same rows, and decoding takes longer.
  package var readsAllColumns = false
  package var rowCountEstimate: Int?

  package init(
    files: [SourceFile], format: TextFormat? = nil, csv: CSVReadOptions = CSVReadOptions(),
    onError: ErrorPolicy = .reject, observer: ScanObserver? = nil, rowCountEstimate: Int? = nil
  ) {
    self.files = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    self.format = format
    self.csv = csv
    self.onError = onError
    self.observer = observer
    self.rowCountEstimate = rowCountEstimate
  }

  /// Of files whose names say what some columns hold.
  package var usesKeyFilters: Bool { files.contains { !$0.constants.isEmpty } }

  package func open(
    _ request: ScanRequest, _ context: ExecutionContext
  ) throws -> any MorselSource {
    var csv = csv
    csv.onError = onError
    let columns = ScanColumns(request)
    let files = columns.filesThatMayHold(self.files, request.counters)
    var opened: [TextFile] = []
    for file in files {
      opened.append(
        try TextFile.open(
          file.path, as: format, csv: csv, in: context.fileSystem, libraries: context.libraries))
    }
    var scan = TextScan(files: opened)
    scan.sizes = sizes
    scan.onError = onError
    scan.tracker = context.tracker
    scan.cancellation = context.cancellation
    let decoding = try TextDecoding(
      columns, files: files, opened: opened, scan: scan,
      readsAllColumns: readsAllColumns || columns.wantsRowNumbers)
    let firstRows =
      columns.wantsRowNumbers ? try decoding.countRows(on: context) : [:]
    return TextTableScan(
      decoding, columns: columns, firstRows: firstRows, observer: observer,
      counters: request.counters, context: context)
  }
}

/// Told what a scan of text finds, on the thread that runs the query, in the order of the files.
package struct ScanObserver: Sendable {
  package var reject: @Sendable (Reject) throws -> Void
  /// Records and bytes of text (after decompression) since the last call.
  package var progress: @Sendable (_ records: Int, _ bytes: Int) -> Void
  /// A file has been read to its end. Not called for files that a LIMIT made unnecessary.
  package var finished: @Sendable (FileSummary) throws -> Void

  package init(
    reject: @escaping @Sendable (Reject) throws -> Void = { _ in },
    progress: @escaping @Sendable (_ records: Int, _ bytes: Int) -> Void = { _, _ in },
    finished: @escaping @Sendable (FileSummary) throws -> Void = { _ in }
  ) {
    self.reject = reject
    self.progress = progress
    self.finished = finished
  }
}

/// Which columns are decoded, and how.
struct TextDecoding: Sendable {
  let files: [SourceFile]
  let scan: TextScan
  /// For each column of the table its place in what decoders give; nil where it is not decoded.
  let places: [Int?]
  let makeDecoder: @Sendable () throws -> any ChunkDecoder

  init(
    _ columns: ScanColumns, files: [SourceFile], opened: [TextFile], scan: TextScan,
    readsAllColumns: Bool
  ) throws {
    self.files = files
    self.scan = scan
    let fields = columns.schema.fields
    // A column that is constant in one file is so in all of them: the key of a partition.
    let inFiles = fields.indices.filter { index in
      !files.contains { $0.constants[index] != nil }
    }
    let isNarrow = !readsAllColumns && opened.allSatisfy(\.findsColumnsByName)
    let decoded = isNarrow ? inFiles.filter { columns.wanted.contains($0) } : inFiles
    var places: [Int?] = fields.map { _ in nil }
    for (place, index) in decoded.enumerated() { places[index] = place }
    self.places = places
    makeDecoder = try scan.decoderFactory(schema: Schema(decoded.map { fields[$0] }))
  }

  func makePieces(reject: @escaping (Reject) throws -> Void) -> TextPieces {
    TextPieces(scan, makeDecoder: makeDecoder, reject: reject)
  }

  /// The number of each piece's first row in its file. Pieces are decoded in parallel and do not
  /// know what stands before them, so the rows are counted first: it is the price of `$row`.
  func countRows(on context: ExecutionContext) throws -> [Int: Int] {
    let pieces = makePieces(reject: { _ in })
    var firstRows: [Int: Int] = [:]
    var (file, count) = (-1, 0)
    try context.pool.mapOrdered(
      window: 2 * context.pool.threadCount, cancellation: context.cancellation,
      produce: pieces.next,
      transform: { piece in
        try piece.read { _ in }
        return piece
      },
      consume: { (piece: TextPieces.Piece) in
        if piece.file != file { (file, count) = (piece.file, 0) }
        firstRows[piece.index] = count
        count += piece.recordCount
      })
    return firstRows
  }
}

/// A scan of text files that has begun.
// @unchecked Sendable: `next` is called by one thread at a time.
private final class TextTableScan: MorselSource, @unchecked Sendable {
  private let decoding: TextDecoding
  private let columns: ScanColumns
  private let firstRows: [Int: Int]
  private let observer: ScanObserver?
  private let counters: ScanCounters?
  private let context: ExecutionContext
  private let pieces: TextPieces

  init(
    _ decoding: TextDecoding, columns: ScanColumns, firstRows: [Int: Int],
    observer: ScanObserver?, counters: ScanCounters?, context: ExecutionContext
  ) {
    self.decoding = decoding
    self.columns = columns
    self.firstRows = firstRows
    self.observer = observer
    self.counters = counters
    self.context = context
    pieces = decoding.makePieces { reject in
      counters?.add(.rejects, 1)
      try observer?.reject(reject)
    }
  }

  func next() throws -> (any Morsel)? {
    guard let piece = try pieces.next() else { return nil }
    return TextMorsel(scan: self, piece: piece)
  }

  func read(_ piece: TextPieces.Piece, emit: (Batch) throws -> Void) throws {
    let file = decoding.files[piece.file]
    let filter = ScanFilter(columns, context.evaluation)
    let kernels = context.evaluation.kernels
    var row = firstRows[piece.index] ?? 0
    try piece.read { batch in
      let assembled = try columns.assemble(
        batch.rowCount, file: file, firstRow: row, kernels
      ) { index in
        guard let place = decoding.places[index] else {
          throw LakeError(.internal, "column \(index) was not decoded")
        }
        return batch.columns[place]
      }
      row += batch.rowCount
      try filter.add(assembled, emit: emit)
    }
    try filter.flush(emit: emit)
  }

  func settle(_ piece: TextPieces.Piece) throws {
    try pieces.enter(piece)
    counters?.add(.rowsRead, piece.recordCount)
    counters?.add(.bytes, piece.byteCount)
    observer?.progress(piece.recordCount, piece.byteCount)
    if piece.isEnd { try observer?.finished(pieces.summary(of: piece.file)) }
  }
}

private struct TextMorsel: Morsel {
  let scan: TextTableScan
  let piece: TextPieces.Piece

  func read(emit: (Batch) throws -> Void) throws { try scan.read(piece, emit: emit) }
  func settle() throws { try scan.settle(piece) }
}

extension TextFile {
  /// Whether a decoder of a part of the columns finds them: by keys, or by a header.
  fileprivate var findsColumnsByName: Bool {
    switch format {
    case .json, .blank: true
    case .csv(let format): format.dialect.hasHeader
    case .text: false
    }
  }
}
