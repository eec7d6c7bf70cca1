using Migrator.Cli;

return await MigratorCommand.RunAsync(args, Console.Out, Console.Error);
