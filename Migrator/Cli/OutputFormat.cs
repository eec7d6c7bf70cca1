namespace Migrator.Cli;

internal enum OutputFormat
{
    Text,
    Json,
}
