extension Plan {
  /// The nodes of the tree, a shared one as often as it stands there.
  package var nodeCount: Int { inputs.reduce(1) { $0 + $1.nodeCount } }
}
