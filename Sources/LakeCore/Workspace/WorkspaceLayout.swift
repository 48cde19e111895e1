/// Where things are in a workspace. Names are put together here and nowhere else.
///
///     lake/landing/<table>/          files of users
///     lake/<zone>/<table>/           the published directory of a managed table
///     lake/.tables/<zone>/<table>/   the table proper: _delta_log/, data files, _staging/
///     lake/.rejects/<zone>/<table>/  refused records
///     catalog/workspace.json         the marker
///     catalog/lake.sqlite            the metadata catalog
///     catalog/consent/               what consent has to remember
///     catalog/*.sql                  definitions kept as code
///     pipelines/, examples/          folders of SQL
public struct WorkspaceLayout: Sendable, Hashable {
  /// The absolute path of the workspace, without symbolic links.
  public let root: String

  public init(root: String) {
    self.root = root
  }

  public var lake: String { Path.join(root, "lake") }
  public var catalogDirectory: String { Path.join(root, "catalog") }
  public var marker: String { Path.join(catalogDirectory, "workspace.json") }
  public var catalogFile: String { Path.join(catalogDirectory, "lake.sqlite") }
  public var consentDirectory: String { Path.join(catalogDirectory, "consent") }
  /// Searched in this order.
  public var pipelineDirectories: [String] {
    [Path.join(root, "pipelines"), Path.join(root, "examples")]
  }

  public func zone(_ zone: Zone) -> String { Path.join(lake, zone.rawValue) }

  /// The published directory of a managed table, or the files of a landing table.
  public func directory(of table: TableName) -> String { Path.join(zone(table.zone), table.name) }

  /// The table proper of a managed table.
  public func tableRoot(of table: TableName) -> String { nested(".tables", table) }

  public func rejects(of table: TableName) -> String { nested(".rejects", table) }

  private func nested(_ folder: String, _ table: TableName) -> String {
    Path.join(Path.join(Path.join(lake, folder), table.zone.rawValue), table.name)
  }
}
