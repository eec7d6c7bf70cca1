namespace Migrator.Sources;

internal enum MigrationFileRole
{
    Up,
    Down,
    Verify,
}
