extension Universe {
    /// Two packages of one name and version that one repository lists with different identities: its index contradicts
    /// itself. Between repositories the order decides, as in apk.
    package func firstAmbiguity() -> (first: PackageID, second: PackageID)? {
        var builds: [VersionID: [PackageID]] = [:]
        for index in 0..<names.count {
            let range = providerRange(NameID(index))
            guard range.count > 1 else { continue }
            builds.removeAll(keepingCapacity: true)
            for place in range {
                let package = providers[place].package
                let row = packages[package.index]
                guard row.name.index == index, row.repositories != 0 else { continue }
                for other in builds[row.version] ?? []
                where packages[other.index].repositories & row.repositories != 0 && other != package {
                    return (other, package)
                }
                builds[row.version, default: []].append(package)
            }
        }
        return nil
    }
}
